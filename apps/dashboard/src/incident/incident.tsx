export default function Page(_: { id?: string; text?: string }) {
  return null;
}
