export { ApprovalCentre, SignatureCentre } from './Centre';
export { ShowContract } from './ShowContract';
export { VerifyPage } from './VerifyPage';
