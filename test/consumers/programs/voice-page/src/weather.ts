const weather: Partial<Record<string, { celsius: number; sky: string }>> = {
  oslo: { celsius: 7, sky: 'rain' },
  rome: { celsius: 24, sky: 'sun' },
};

/** The weather in a city. The model wrote the arguments, so they can be anything. */
export function getWeather(args: unknown): object {
  const city = typeof args === 'object' && args !== null && 'city' in args ? args.city : undefined;
  if (typeof city !== 'string') return { error: 'Name a city.' };
  return weather[city.toLowerCase()] ?? { error: `There is no weather for ${city}.` };
}
