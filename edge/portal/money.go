package portal

import (
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// refundPaper gives the confirmation of money that was given back.
func (p *Portal) refundPaper(v *visit) error {
	return p.draw(v, func() (sales.File, error) {
		return p.Payments.PortalRefundPaper(v.r.Context(), v.who, v.r.PathValue("id"))
	})
}

// moneyNote says what became of a payment, "" when it simply stands.
func (v *visit) moneyNote(r payments.Row) string {
	switch {
	case r.Cancelled:
		return v.T("portal.payment.is_cancelled")
	case r.Refunded > 0:
		return v.T("portal.payment.is_refunded", "amount", v.amount(r.Refunded, r.Currency))
	case r.LeftMinor > 0:
		return v.T("portal.payment.is_left", "amount", v.amount(r.LeftMinor, r.Currency))
	}
	return ""
}
