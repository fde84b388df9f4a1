package pdf

// layReceipt lays out the receipt of a payment: the same head as an invoice, what came
// in, and the documents it settled.
func (f *flow) layReceipt(p *ReceiptPaper, logo *picture) {
	f.running, f.runningTo = clean(p.Title+" "+p.Number), clean(p.Buyer.Name)
	f.newSheet()
	f.head(heading{p.Title, p.Number, p.Seller, p.Buyer, f.or(p.BuyerLabel, "pdf.receipt.from"), p.Look.AddressLeft}, logo)
	f.dueAndFacts(p.Paid, p.Facts)
	f.settledTable(p).draw()
	if len(p.Totals) > 0 {
		f.ensure(f.totalsHeight(p.Totals) + tailGap)
		f.y += tailGap
		f.totals(p.Totals)
	}
	f.closing(p.Notes, "", p.Mentions)
}

func (f *flow) settledTable(p *ReceiptPaper) *table {
	row := func(get func(*Settled) string) func(int) string {
		return func(i int) string { return clean(get(&p.Settled[i])) }
	}
	h := p.Headings
	t := &table{
		f: f, count: len(p.Settled), size: 9, first: f.or(h.Document, "pdf.receipt.document"),
		title:   row(func(s *Settled) string { return s.Document }),
		detail:  row(func(s *Settled) string { return s.Detail }),
		running: func(int) string { return "" },
		tail:    f.totalsHeight(p.Totals) + tailGap,
	}
	t.fit([]column{
		{head: f.or(h.Date, "pdf.receipt.date"), gap: columnGp, cell: row(func(s *Settled) string { return s.Date })},
		{head: f.or(h.Total, "pdf.receipt.total"), right: true, gap: columnGp, cell: row(func(s *Settled) string { return s.Total })},
		{head: f.or(h.Applied, "pdf.receipt.applied"), right: true, strong: true, gap: columnGp, cell: row(func(s *Settled) string { return s.Applied })},
		{head: f.or(h.Left, "pdf.receipt.left"), right: true, gap: columnGp, cell: row(func(s *Settled) string { return s.Left })},
	})
	return t
}
