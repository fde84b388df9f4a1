// Reading one centre, and taking over what every act answers with: the centre as it is then.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, asApiError, type Centre, type CentreKind } from '~/api';
import { showError, toast } from '~/components/toast';

/** What the centres need to know of the contract whose page they are on. */
export type OfContract = { id: string; number: string; title: string; customerId: string; customerName: string; state: string };

const keyOf = (contractId: string, kind: CentreKind) => ['contracts', 'centre', contractId, kind];

export function useCentre(contractId: string, kind: CentreKind) {
  // A round moves on by what others do elsewhere: Go tells, and a slow look goes on in case it could not.
  return useQuery({ queryKey: keyOf(contractId, kind), queryFn: () => api.signing.centre(contractId, kind), refetchInterval: 30_000 });
}

export type Acts = { take: (now: Centre, said?: string) => void; done: (said: string) => void; refused: (e: unknown) => void };

export function useActs(contractId: string, kind: CentreKind): Acts {
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: ['contracts'] });
  return {
    take: (now, said) => { client.setQueryData(keyOf(contractId, kind), now); again(); if (said) toast(said); },
    done: (said) => { again(); toast(said); },
    // What was refused because the round went on meanwhile: its sentence, and the view as it is now.
    refused: (e) => { showError(asApiError(e)); again(); },
  };
}
