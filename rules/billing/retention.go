package billing

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
)

// MaxRetentionPCM is the most that a customer may hold back for a year, of the price with
// tax (loi 71-584 du 16 juillet 1971, art. 1; RF §4.5).
const MaxRetentionPCM = 5000

// Retention is what a contract lets the customer hold back (retenue de garantie). Price
// and tax of the invoice stay whole; only its payment is in two parts.
type Retention struct {
	PCM   int64
	Until civil.Date // the day on which the retained part falls due
}

// RetentionUntil gives the day that stands where none was typed: one year after acceptance.
func RetentionUntil(accepted civil.Date) civil.Date { return accepted.AddMonths(12) }

// Minor gives what is held back of a document: the percentage of its price with tax, never
// more than what is asked for.
func (r Retention) Minor(t Totals) (int64, error) {
	if r.PCM == 0 {
		return 0, nil
	}
	minor, err := money.MulDiv(t.TotalInclTax, r.PCM, money.PCM)
	return max(0, min(minor, t.AmountDue)), err
}

// Asked is what of an open document is to be paid now: all that is due, but for the part
// that the customer may hold back until its day. Once nothing but that part is left, it is
// what is asked for.
func Asked(dueMinor, retainedMinor int64, until, today civil.Date) int64 {
	if dueMinor > retainedMinor && today.Before(until) {
		return dueMinor - retainedMinor
	}
	return dueMinor
}

// Check refuses a retention that the law does not let stand. accepted is the day of
// acceptance of the works: of delivery, else of the invoice; due is the day of the rest.
func (r Retention) Check(sellerCountry string, kind Kind, accepted, due civil.Date) error {
	var f fault.Form
	switch {
	case r.PCM == 0:
		return nil
	case sellerCountry != "FR":
		f.Add("retention", "fault.billing.retention_france")
	case kind != Invoice:
		f.Add("retention", "fault.billing.retention_kind")
	case r.PCM < 0 || r.PCM > MaxRetentionPCM:
		f.Add("retention", "fault.billing.retention_percent")
	}
	switch {
	case r.Until.After(RetentionUntil(accepted)):
		f.Add("retentionUntil", "fault.billing.retention_year", "latest", RetentionUntil(accepted))
	case r.Until.Before(due):
		f.Add("retentionUntil", "fault.billing.retention_before_due")
	}
	return f.Err()
}
