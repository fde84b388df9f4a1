// Centre d'approbation and Centre de signature: two tabs of a contract that work alike.
import { useState } from 'react';
import { MakeButton } from '~/app/may';
import { type Centre as CentreShape, type CentreKind } from '~/api';
import { Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { useT } from '~/i18n';
import { HandOffPanel } from './HandOffPanel';
import { OpenRound } from './OpenRound';
import { ClosedRound, History } from './History';
import { Sealed } from './Sealed';
import { SetUp } from './SetUp';
import { SignScreen } from './SignScreen';
import { SignWishes, type SignWish } from './signWish';
import { useCentre, type OfContract } from './useCentre';

export const ApprovalCentre = ({ contract }: { contract: OfContract }) => <Centre contract={contract} kind="approval" />;
export const SignatureCentre = ({ contract }: { contract: OfContract }) => <Centre contract={contract} kind="signature" />;

function Centre({ contract, kind }: { contract: OfContract; kind: CentreKind }) {
  const [wish, setWish] = useState<SignWish>();
  const close = () => setWish(undefined);
  return (
    <SignWishes value={setWish}>
      <Await query={useCentre(contract.id, kind)}>{(c) => <Whole key={c.round?.id ?? ''} contract={contract} kind={kind} centre={c} />}</Await>
      {wish?.how === 'phone' && <HandOffPanel turnId={wish.turnId} name={wish.name} onClose={close} />}
      {wish && wish.how !== 'phone' && <SignScreen contract={contract} turnId={wish.turnId} method={wish.how} onClose={close} />}
    </SignWishes>
  );
}

function Whole({ contract, kind, centre: c }: { contract: OfContract; kind: CentreKind; centre: CentreShape }) {
  const t = useT();
  const [another, setAnother] = useState(false);
  const round = c.round ?? undefined;
  const open = round?.state === 'open';
  const preparing = !open && (another || round?.state !== 'done');
  return (
    <Stack gap={4}>
      {round && open && <OpenRound contract={contract} kind={kind} centre={c} round={round} />}
      {round && !open && <ClosedRound contract={contract} kind={kind} round={round} />}
      {c.sealed.length > 0 && <Sealed papers={c.sealed} />}
      {preparing && <SetUp contract={contract} kind={kind} centre={c} />}
      {!open && !preparing && contract.state !== 'cancelled' && contract.state !== 'ended' && <div><MakeButton variant="default" onClick={() => setAnother(true)} data-testid="centre-another">{t('window.centres.another')}</MakeButton></div>}
      {c.history.length > 0 && <History rounds={c.history} />}
    </Stack>
  );
}
