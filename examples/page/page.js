/** A page that signs in and mints, to try out the mint route of another example. */
export const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>A mint route</title>
    <link rel="icon" href="data:," />
    <style>
      body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem; }
      button { font: inherit; padding: 0.3rem 1rem; }
    </style>
  </head>
  <body>
    <h1>A mint route</h1>
    <button>Sign in</button> <button>Mint a token</button>
    <p><output aria-label="result">Not signed in.</output></p>
    <script type="module">
      const [signIn, mint] = document.querySelectorAll('button');
      const result = document.querySelector('output');
      const post = (path) =>
        fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });

      signIn.onclick = async () => {
        result.value = (await post('/sign-in')).ok ? 'Signed in as ada.' : 'Not signed in.';
      };
      // A server whose rate limiter did not answer in time answers 503 and how long to wait. Then the page tries again, as a token manager does.
      const mintToken = async (attempts = 5) => {
        const response = await post('/api/realtime-session');
        const seconds = Number(response.headers.get('retry-after'));
        if (response.status !== 503 || !seconds || attempts === 1) return response;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        return mintToken(attempts - 1);
      };
      mint.onclick = async () => {
        const response = await mintToken();
        const body = await response.json();
        result.value = response.ok
          ? \`A token that opens sessions for \${body.expires_in} s.\`
          : \`\${response.status}: \${body.title}\`;
      };
    </script>
  </body>
</html>
`;
