package billing

import (
	"cmp"
	"slices"

	"comptoir/core/civil"
)

// Open is an invoice that still wants money.
type Open struct {
	DueOn    civil.Date
	Number   string
	DueMinor int64
}

// ProposeSplit tells how a payment would best be spread over open invoices: what fits
// exactly comes first (one invoice, then two or three together, the oldest due wins), else
// the oldest due first. It never gives an invoice more than it wants, and gives away
// neither more nor less than there is to give.
func ProposeSplit(amountMinor int64, open []Open) []int64 {
	parts := make([]int64, len(open))
	order := make([]int, 0, len(open))
	for i, o := range open {
		if o.DueMinor > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(open[a].DueOn.String(), open[b].DueOn.String()), cmp.Compare(open[a].Number, open[b].Number))
	})
	if exact := exactly(amountMinor, open, order); exact != nil {
		order = exact
	}
	for _, i := range order {
		parts[i] = min(max(amountMinor, 0), open[i].DueMinor)
		amountMinor -= parts[i]
	}
	return parts
}

// fewEnough bounds the search for two or three invoices that make the amount.
const fewEnough = 60

// exactly finds the invoices that one payment pays to the cent: one, two or three.
func exactly(amount int64, open []Open, order []int) []int {
	if len(order) > fewEnough {
		order = order[:fewEnough]
	}
	for _, i := range order {
		if open[i].DueMinor == amount {
			return []int{i}
		}
	}
	for a, i := range order {
		for _, j := range order[a+1:] {
			if open[i].DueMinor+open[j].DueMinor == amount {
				return []int{i, j}
			}
		}
	}
	for a, i := range order {
		for b, j := range order[a+1:] {
			for _, k := range order[a+b+2:] {
				if open[i].DueMinor+open[j].DueMinor+open[k].DueMinor == amount {
					return []int{i, j, k}
				}
			}
		}
	}
	return nil
}
