import express, { type Express } from 'express';

export function createApp(publicFolder: string): Express {
  const app = express();
  app.use(express.json());
  app.use(express.static(publicFolder));

  app.get('/session', async (_request, response) => {
    const baseUrl = process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
    const answer = await fetch(`${baseUrl}/realtime/sessions`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${process.env.OPENAI_API_KEY ?? ''}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({
        model: 'gpt-4o-realtime-preview-2024-12-17',
        voice: 'verse',
        instructions: 'You are the assistant of the Harbour Bakery. Answer in one sentence.',
      }),
    });
    response.json(await answer.json());
  });

  return app;
}
