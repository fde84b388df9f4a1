// Files come by plain GET, under the same guard as the calls; the window's asset server answers the same paths.
/** Saves what the address answers under the name the server gives. */
export function download(href: string): void {
  const a = document.createElement('a');
  a.href = href;
  a.download = '';
  a.rel = 'noopener';
  document.body.append(a);
  a.click();
  a.remove();
}
