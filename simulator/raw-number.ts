/** TypeScript's library does not know this part of JSON yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (this: void, text: string) => unknown }

/** Makes JSON.stringify write the decimal as a number exactly as it stands, also beyond what a double can hold. */
export function rawNumber(text: string): unknown {
  return rawJSON(text)
}
