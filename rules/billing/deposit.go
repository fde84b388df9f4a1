package billing

import (
	"slices"
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

// DepositPart asks for a part of a price: PCM of it, or AmountMinor with tax. Before is what
// was invoiced already; with Cumulative, PCM is what is done so far (situations de travaux).
type DepositPart struct {
	PCM         int64
	AmountMinor int64
	Cumulative  bool
	Before      []Part
}

// DepositOf gives the lines of a deposit or progress invoice: one for each nature and set of
// taxes of the quote, in proportion (RF §4.5): the final invoice must know what of it was for
// goods, whose VAT is due on delivery (CGI 269-1, 269-2). A percentage is taken of the prices as the quote
// shows them; an amount includes tax and is charged to the cent. All of them together never
// pass the price: the situation of 100 % is what is left of it, tax by tax, and so is a
// percentage that passes what is left by no more than the cents of rounding.
func DepositOf(quote Document, totals Totals, ask DepositPart, text string) (Document, error) {
	parts := totals.Parts()
	rest := restOf(parts, ask.Before)
	left := sumIncl(parts) - sumIncl(ask.Before)
	tooMuch := func(field string) error {
		return oneField(field, "fault.billing.deposit_amount", "max", money.Amount{Minor: max(left, 0), Currency: quote.Currency})
	}
	if ask.AmountMinor != 0 {
		if ask.AmountMinor < 0 || ask.AmountMinor > min(left, sumIncl(rest)) {
			return Document{}, tooMuch("amount")
		}
		shares, err := share(ask.AmountMinor, incls(rest))
		return linesOf(quote.Currency, true, parts, shares, text), err
	}
	if ask.PCM <= 0 || ask.PCM > money.PCM {
		return Document{}, oneField("percent", "fault.billing.deposit_percent")
	}
	doc, err := percentOf(quote, parts, rest, ask, text)
	if err != nil {
		return Document{}, err
	}
	got, err := Calculate(doc)
	if err != nil {
		return Document{}, err
	}
	over, whole := got.TotalInclTax-left, ask.Cumulative && ask.PCM == money.PCM
	switch {
	case left == sumIncl(rest) && left > 0 && (whole || over > 0 && over <= tolerance(len(parts)+len(ask.Before))):
		return wholeRest(quote, parts, rest, text)
	case over > 0:
		return Document{}, tooMuch("percent")
	}
	return doc, nil
}

// percentOf is a percentage of each part; with Cumulative less what was invoiced of it.
func percentOf(quote Document, parts, rest []Part, ask DepositPart, text string) (Document, error) {
	shares := make([]int64, len(parts))
	var sum int64
	for i, p := range parts {
		of, left := p.NetMinor, rest[i].NetMinor
		if quote.PricesInclTax {
			of, left = p.Incl(), rest[i].Incl()
		}
		n, err := money.MulDiv(of, ask.PCM, money.PCM)
		if err != nil {
			return Document{}, err
		}
		if ask.Cumulative {
			n -= of - left
		}
		shares[i], sum = n, sum+n
	}
	if sum <= 0 {
		return Document{}, oneField("percent", "fault.billing.progress_less")
	}
	return linesOf(quote.Currency, quote.PricesInclTax, parts, shares, text), nil
}

// wholeRest is all that is left, to the cent: at prices as the quote shows them where that
// comes out, else at prices with tax.
func wholeRest(quote Document, parts, rest []Part, text string) (Document, error) {
	if !quote.PricesInclTax {
		nets := make([]int64, len(rest))
		for i, r := range rest {
			nets[i] = r.NetMinor
		}
		doc := linesOf(quote.Currency, false, parts, nets, text)
		got, err := Calculate(doc)
		if err != nil {
			return Document{}, err
		}
		open := restOf(byTaxes(rest), byTaxes(got.Parts()))
		if !slices.ContainsFunc(open, func(p Part) bool { return p.Incl() != 0 }) {
			return doc, nil
		}
	}
	return linesOf(quote.Currency, true, parts, incls(rest), text), nil
}

// restOf gives what is left of each part. What was invoiced of a nature beyond its price, by a
// rounding or by a deposit that did not tell goods from services, comes off the other part of
// the same taxes; what was invoiced of other taxes comes off none.
func restOf(parts, before []Part) []Part {
	rest := slices.Clone(parts)
	for _, b := range before {
		i := slices.IndexFunc(rest, func(p Part) bool { return p.key() == b.key() })
		if i < 0 {
			i = slices.IndexFunc(rest, b.sameTaxes)
		}
		if i >= 0 {
			rest[i].NetMinor -= b.NetMinor
			rest[i].TaxMinor -= b.TaxMinor
		}
	}
	for i, p := range parts {
		if left := rest[i]; left.Incl() == 0 || (left.Incl() < 0) == (p.Incl() < 0) {
			continue
		}
		for j, other := range rest {
			if j != i && other.sameTaxes(p) {
				rest[j].NetMinor, rest[j].TaxMinor = other.NetMinor+rest[i].NetMinor, other.TaxMinor+rest[i].TaxMinor
				rest[i].NetMinor, rest[i].TaxMinor = 0, 0
				break
			}
		}
	}
	return rest
}

func incls(parts []Part) []int64 {
	list := make([]int64, len(parts))
	for i, p := range parts {
		list[i] = p.Incl()
	}
	return list
}

func sumIncl(parts []Part) (sum int64) {
	for _, p := range parts {
		sum += p.Incl()
	}
	return sum
}

// DepositAsked gives what a quote asks for at its approval, with tax: what the deposit
// invoice of that percentage will come to, to the cent.
func DepositAsked(quote Document, totals Totals, pcm int64) int64 {
	if pcm <= 0 || totals.TotalInclTax <= 0 {
		return 0
	}
	doc, err := DepositOf(quote, totals, DepositPart{PCM: min(pcm, money.PCM)}, "")
	if err != nil {
		return 0
	}
	got, err := Calculate(doc)
	if err != nil {
		return 0
	}
	return got.TotalInclTax
}

// DepositLeft gives what a deposit invoice still holds after its credit notes.
func DepositLeft(number string, deposit Totals, credits []Totals) Deposit {
	d := Deposit{Number: number, NetMinor: deposit.TotalExclTax}
	for _, t := range deposit.Taxes {
		d.Taxes = append(d.Taxes, RowTax{Tax: t.Tax, TaxMinor: t.TaxMinor, GoodsMinor: deposit.goodsTax(t.Tax)})
	}
	for _, c := range credits {
		d.NetMinor -= c.TotalExclTax
		for _, t := range c.Taxes {
			for i := range d.Taxes {
				if taxKey(d.Taxes[i].Tax) == taxKey(t.Tax) {
					d.Taxes[i].TaxMinor -= t.TaxMinor
					d.Taxes[i].GoodsMinor -= c.goodsTax(t.Tax)
				}
			}
		}
	}
	return d
}

// goodsTax is what of a tax the goods of a document bear.
func (t Totals) goodsTax(of Tax) (sum int64) {
	for _, r := range t.AccountingRows {
		for _, x := range r.Taxes {
			if r.Nature == Goods && taxKey(x.Tax) == taxKey(of) {
				sum += x.TaxMinor
			}
		}
	}
	return sum
}

// Deduct gives what a final invoice takes off for its deposits. A final invoice smaller
// than its deposits, before tax or in one of its taxes, is refused beside deposits.N. The
// cents by which they pass the price, rounded deposit by deposit, come off the last ones, so
// that nothing negative is asked for; within the price a cent more tax and a cent less before
// tax is what was charged, and comes off as such.
func Deduct(final Totals, deposits []Deposit, currency money.Currency) ([]Deposit, error) {
	var form fault.Form
	left := map[string]int64{}
	for _, t := range final.Taxes {
		left[taxKey(t.Tax)] = t.TaxMinor
	}
	net, slack := final.TotalExclTax, tolerance(len(deposits)*max(len(final.Taxes), 1)) // each is rounded tax by tax
	out := make([]Deposit, 0, len(deposits))
	for i, d := range deposits {
		path := "deposits." + strconv.Itoa(i)
		if net -= d.NetMinor; net < -slack {
			form.Add(path, "fault.billing.deposits_too_big", "number", d.Number, "over", money.Amount{Minor: -net, Currency: currency})
			break
		}
		taken := Deposit{Number: d.Number, NetMinor: d.NetMinor, RateE8: d.RateE8}
		for _, t := range d.Taxes {
			key := taxKey(t.Tax)
			if t.TaxMinor > max(left[key], 0)+slack {
				form.Add(path, "fault.billing.deposit_other_tax", "number", d.Number, "tax", t.Tax.Name)
				continue
			}
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
			if part > 0 {
				t.GoodsMinor = min(t.GoodsMinor, t.TaxMinor)
			}
		}
	}
}
