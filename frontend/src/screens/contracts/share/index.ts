export { hideContract } from './hide';
export { ShareDialog, type SharedContract } from './ShareDialog';
