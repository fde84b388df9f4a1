package control_test

import (
	"slices"
	"testing"

	"comptoir/office/control"
)

// attempted makes the first payment of small one that a gateway took, and what hangs on it.
var attempted = []string{
	"UPDATE payments SET gateway = 'stripe', gateway_ref = 'pi_1' WHERE id = 1",
	"INSERT INTO customers (id, public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at) VALUES (2, 'c2', 'C0002', 'company', 'Autre', 'fr', 'EUR', 'domestic', 30, 'FR', 'autre', '', '')",
	"INSERT INTO kept_methods (id, public_id, customer_id, gateway, mode, token, kind, last4, created_at) VALUES (1, 'k1', 1, 'stripe', 'test', 'pm_1', 'card', '4242', '')",
	"INSERT INTO payment_intents (id, public_id, kind, customer_id, gateway, mode, idempotency_key, amount_minor, currency, state, gateway_ref, charge_ref, payment_id, method_id, watched, created_at, updated_at) VALUES (1, 'i1', 'pay', 1, 'stripe', 'test', 'k1', 120000, 'EUR', 'succeeded', 'cs_1', 'pi_1', 1, 1, 0, '', '')",
	"INSERT INTO payment_intent_parts (intent_id, document_id, amount_minor) VALUES (1, 1, 120000)",
	"INSERT INTO payment_intents (id, public_id, kind, customer_id, gateway, mode, idempotency_key, amount_minor, currency, state, created_at, updated_at) VALUES (2, 'i2', 'pay', 1, 'stripe', 'live', 'k2', 500, 'EUR', 'unknown', '', '')",
	"INSERT INTO gateway_disputes (id, gateway, ref, payment_id, state, amount_minor, created_at, updated_at) VALUES (1, 'stripe', 'dp_1', 1, 'open', 100, '', '')",
}

// Whoever moves money in the file past its attempt, or an attempt past its money, is found.
func TestTamperingWithGateways(t *testing.T) {
	w := small(t)
	for _, c := range []struct{ name, sql, want string }{
		{"nothing", "UPDATE payment_intents SET asks = 3 WHERE id = 2", ""},
		{"an attempt with another payment", "UPDATE payment_intents SET payment_id = 2 WHERE id = 1", "control.gateways.payment"},
		{"a payment without its attempt", "UPDATE payments SET gateway = 'stripe', gateway_ref = 'pi_2' WHERE id = 2", "control.gateways.attempt"},
		{"a payment said to come back", "UPDATE payments SET gateway = 'stripe', gateway_ref = 'dp_1-back' WHERE id = 2", "control.gateways.attempt"},
		{"two attempts of a payment", "UPDATE payment_intents SET state = 'succeeded', payment_id = 1, charge_ref = 'pi_1' WHERE id = 2", "control.gateways.twice"},
		{"another reference", "UPDATE payment_intents SET charge_ref = 'pi_9' WHERE id = 1", "control.gateways.payment"},
		{"more parts than money", "INSERT INTO payment_intent_parts VALUES (1, 2, 1)", "control.gateways.parts"},
		{"parts of somebody else", "UPDATE payment_intents SET customer_id = 2 WHERE id = 1", "control.gateways.parts"},
		{"a refund that never was", "INSERT INTO payment_intents (public_id, kind, customer_id, gateway, mode, idempotency_key, amount_minor, currency, state, refund_of, refund_id, created_at, updated_at) VALUES ('i3', 'refund', 1, 'stripe', 'test', 'k3', 5, 'EUR', 'succeeded', 1, NULL, '', '')", "control.gateways.refund"},
		{"somebody else's method", "UPDATE kept_methods SET customer_id = 2", "control.gateways.method"},
		{"a dispute that gave more than it took", "UPDATE gateway_disputes SET back_payment_id = 2", "control.gateways.dispute"},
		{"a payout with the entry of something else", "INSERT INTO gateway_payouts (public_id, gateway, mode, ref, arrived_on, amount_minor, currency, rate_e8, by_hand, entry_id, created_at) VALUES ('o1', 'stripe', 'live', 'po_1', '2026-11-21', 100, 'EUR', 100000000, 0, 1, '')", "control.gateways.payout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.twin(t, append(append([]string{"PRAGMA ignore_check_constraints=1"}, attempted...), c.sql)...).check()
			found := slices.ContainsFunc(r.Faults, func(f control.Fault) bool { return f.Key == c.want })
			if c.want == "" && len(r.Faults) > 0 || c.want != "" && !found {
				t.Errorf("want %q, found %+v", c.want, r.Faults)
			}
		})
	}
}
