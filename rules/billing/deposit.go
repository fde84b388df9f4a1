package billing

import (
	"strconv"

	"comptoir/core/fault"
	"comptoir/core/money"
)

// Deposit is a deposit invoice, or what is left of one, that a final invoice takes off.
// Its net goes from 4191 to sales; its tax was, or will be, collected with it.
type Deposit struct {
	Number   string
	NetMinor int64
	Taxes    []RowTax
	RateE8   int64 // its rate of exchange, for the books; 0 = that of the final invoice
}

// TaxMinor sums the taxes.
func (d Deposit) TaxMinor() int64 {
	var sum int64
	for _, t := range d.Taxes {
		sum += t.TaxMinor
	}
	return sum
}

// Incl gives the deposit with tax.
func (d Deposit) Incl() int64 { return d.NetMinor + d.TaxMinor() }

// DepositPart asks for a part of a price: PCM of it, or AmountMinor with tax. With
// Cumulative, PCM is what is done so far and Before what was invoiced (situations de travaux).
type DepositPart struct {
	PCM         int64
	AmountMinor int64
	Cumulative  bool
	Before      []Part
}

// DepositOf gives the lines of a deposit or progress invoice: one for each set of taxes of
// the quote, in proportion (RF §4.5). A percentage is taken of the prices as the quote
// shows them; an amount includes tax and is charged to the cent.
func DepositOf(quote Document, totals Totals, ask DepositPart, text string) (Document, error) {
	parts := byTaxes(totals.Parts())
	shares := make([]int64, len(parts))
	incl := quote.PricesInclTax
	switch {
	case ask.AmountMinor != 0:
		incl = true
		weights := make([]int64, len(parts))
		var sum int64
		for i, p := range parts {
			weights[i] = p.Incl()
			sum += weights[i]
		}
		if ask.AmountMinor < 0 || ask.AmountMinor > sum {
			return Document{}, oneField("amount", "fault.billing.deposit_amount", "max", money.Amount{Minor: max(sum, 0), Currency: quote.Currency})
		}
		var err error
		if shares, err = share(ask.AmountMinor, weights); err != nil {
			return Document{}, err
		}
	case ask.PCM <= 0 || ask.PCM > money.PCM:
		return Document{}, oneField("percent", "fault.billing.deposit_percent")
	default:
		for i, p := range parts {
			of := p.NetMinor
			if incl {
				of = p.Incl()
			}
			var err error
			if shares[i], err = money.MulDiv(of, ask.PCM, money.PCM); err != nil {
				return Document{}, err
			}
		}
	}
	if ask.Cumulative {
		takeOff(parts, shares, ask.Before, incl)
	}
	var sum int64
	for _, s := range shares {
		sum += s
	}
	if sum <= 0 {
		return Document{}, oneField("percent", "fault.billing.progress_less")
	}
	return linesOf(quote.Currency, incl, parts, shares, text), nil
}

// takeOff takes what was invoiced before off each part's share.
func takeOff(parts []Part, shares []int64, before []Part, incl bool) {
	for _, b := range byTaxes(before) {
		for i, p := range parts {
			switch {
			case p.key() != b.key():
			case incl:
				shares[i] -= b.Incl()
			default:
				shares[i] -= b.NetMinor
			}
		}
	}
}

// DepositLeft gives what a deposit invoice still holds after its credit notes.
func DepositLeft(number string, deposit Totals, credits []Totals) Deposit {
	d := Deposit{Number: number, NetMinor: deposit.TotalExclTax}
	for _, t := range deposit.Taxes {
		d.Taxes = append(d.Taxes, RowTax{Tax: t.Tax, TaxMinor: t.TaxMinor})
	}
	for _, c := range credits {
		d.NetMinor -= c.TotalExclTax
		for _, t := range c.Taxes {
			for i := range d.Taxes {
				if taxKey(d.Taxes[i].Tax) == taxKey(t.Tax) {
					d.Taxes[i].TaxMinor -= t.TaxMinor
				}
			}
		}
	}
	return d
}

// Deduct gives what a final invoice takes off for its deposits. A final invoice smaller
// than its deposits, before tax or in one of its taxes, is refused beside deposits.N. The
// cents by which taxes rounded deposit by deposit pass the final's own come off the last
// ones, so that nothing negative is asked for.
func Deduct(final Totals, deposits []Deposit, currency money.Currency) ([]Deposit, error) {
	var form fault.Form
	left := map[string]int64{}
	for _, t := range final.Taxes {
		left[taxKey(t.Tax)] = t.TaxMinor
	}
	net := final.TotalExclTax
	out := make([]Deposit, 0, len(deposits))
	for i, d := range deposits {
		path := "deposits." + strconv.Itoa(i)
		if net -= d.NetMinor; net < -tolerance(len(deposits)) {
			form.Add(path, "fault.billing.deposits_too_big", "number", d.Number, "over", money.Amount{Minor: -net, Currency: currency})
			break
		}
		taken := Deposit{Number: d.Number, NetMinor: d.NetMinor, RateE8: d.RateE8}
		for _, t := range d.Taxes {
			key := taxKey(t.Tax)
			if t.TaxMinor > left[key]+tolerance(len(deposits)) {
				form.Add(path, "fault.billing.deposit_other_tax", "number", d.Number, "tax", t.Tax.Name)
				continue
			}
			t.TaxMinor = min(t.TaxMinor, max(left[key], 0))
			left[key] -= t.TaxMinor
			taken.Taxes = append(taken.Taxes, t)
		}
		out = append(out, taken)
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	trim(out, final.TotalInclTax)
	return out, nil
}

// trim takes the cents that pass the whole price off the taxes, the last ones first.
func trim(taken []Deposit, most int64) {
	for _, d := range taken {
		most -= d.Incl()
	}
	for i := len(taken) - 1; i >= 0; i-- {
		for j := range taken[i].Taxes {
			t := &taken[i].Taxes[j]
			part := min(max(-most, 0), max(t.TaxMinor, 0))
			t.TaxMinor -= part
			most += part
		}
	}
}
