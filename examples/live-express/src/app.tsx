import { useState } from 'react';
import { Call } from './call';
import { signIn, type User } from './sign-in';

/** Shows a call for the signed-in user. */
export function App() {
  const [user, setUser] = useState<User>();
  return (
    <main>
      <h1>Live, React and Express</h1>
      {user ? <Call user={user} /> : <button onClick={() => void signIn().then(setUser)}>Sign in</button>}
    </main>
  );
}
