import { cookies } from 'next/headers';
import { USER_COOKIE } from '../lib/user';

async function signIn(form: FormData): Promise<void> {
  'use server';
  const user = form.get('user');
  if (typeof user !== 'string') return;
  (await cookies()).set(USER_COOKIE, user, { httpOnly: true, sameSite: 'strict' });
}

/** Demo sign-in. Replace it with your own authentication. */
export function SignIn() {
  return (
    <form action={signIn}>
      {['ada', 'grace'].map((user) => (
        <button key={user} name="user" value={user}>
          I am {user}
        </button>
      ))}
    </form>
  );
}
