import { ActionIcon, Alert, Anchor, Badge, Button, createTheme, Modal, Paper, Tooltip, type MantineColorsTuple } from '@mantine/core'

/** The tower's blue: dark enough on white, and light enough on the dark ground, for text (WCAG 2.2, 1.4.3). */
const tower: MantineColorsTuple = ['#eef1ff', '#dbe1fc', '#b9c4f8', '#93a4f3', '#7186ee', '#5870e9', '#465be0', '#3b4fd8', '#2f41b8', '#263596']
/** Mantine's dark greys with a drop of blue; 7 is the ground, 6 what lies on it. */
const dark: MantineColorsTuple = ['#d9dce6', '#bcc1cf', '#9aa1b4', '#6b7388', '#454d61', '#303747', '#1b202c', '#11151e', '#0c0f16', '#080a10']

export const theme = createTheme({
  colors: { tower, dark },
  primaryColor: 'tower',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'InterVariable, Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.3' }, h2: { fontSize: '1.125rem', lineHeight: '1.4' }, h3: { fontSize: '1rem', lineHeight: '1.45' } } },
  components: {
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover', inherit: true } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } }),
    Alert: Alert.extend({ defaultProps: { variant: 'light' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' }, styles: { label: { textTransform: 'none', fontWeight: 600 } } }),
    Button: Button.extend({ defaultProps: { fw: 600 } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5, blur: 2 }, closeButtonProps: { 'aria-label': 'Close' }, attributes: { header: { role: 'none' } } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, withArrow: true } }),
  },
})
