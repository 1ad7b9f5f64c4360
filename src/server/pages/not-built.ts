/** What is shown where the web page was not built: the rest of Towerflow works without it. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Towerflow</title>
<style nonce="__CSP_NONCE__">
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 38rem; margin: 12vh auto; padding: 0 1.5rem }
code { font: 0.95em ui-monospace, monospace }
</style>
</head>
<body>
<h1>Towerflow is running</h1>
<p>Its web page has not been built yet: there is nothing in <code>web/dist</code>.</p>
<p>The <a href="/api/docs">HTTP API</a> and the command line (<code>node bin/towerflow.mjs --help</code>)
work without it.</p>
</body>
</html>
`
