package control

import (
	"context"

	"comptoir/db/gen"
)

// gateways proves that what attempts with gateways say they did is what was recorded of them:
// a payment for each charge and a charge for each payment, refunds, parts, kept methods,
// disputes, payouts. An attempt whose end is not known is no fault.
func (c *check) gateways(ctx context.Context, q *gen.Queries) error {
	rows, err := q.ControlGateways(ctx, pageSize)
	for _, r := range rows {
		switch r.What {
		case "payment":
			c.add(AreaPayments, "control.gateways.payment", "number", r.Number)
		case "attempt":
			c.add(AreaPayments, "control.gateways.attempt", "number", r.Number)
		case "twice":
			c.add(AreaPayments, "control.gateways.twice", "number", r.Number)
		case "parts":
			c.add(AreaPayments, "control.gateways.parts", "number", r.Number)
		case "refund":
			c.add(AreaPayments, "control.gateways.refund", "number", r.Number)
		case "method":
			c.add(AreaPayments, "control.gateways.method", "number", r.Number)
		case "dispute":
			c.add(AreaPayments, "control.gateways.dispute", "number", r.Number)
		case "payout":
			c.add(AreaPayments, "control.gateways.payout", "number", r.Number)
		}
	}
	return err
}
