declare module 'virtual:texts/*' {
  const messages: import('@lingui/core').Messages;
  export default messages;
}
declare const __GALLERY__: boolean;
