/** The hashed name that an asset got. @throws when the build holds none of that name. */
export function fileNamed(
  bundle: Readonly<Record<string, { fileName: string; names?: string[] }>>,
  name: string,
): string {
  const file = Object.values(bundle).find(({ names }) => names?.includes(name));
  if (file === undefined) throw new Error(`The build holds no ${name}.`);
  return file.fileName;
}
