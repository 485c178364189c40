/** Where the user's voice comes from: the microphone as constrained (`{}` for any), a stream of the app's own, or nowhere. */
export type AudioSource = MediaTrackConstraints | MediaStream | 'none';
