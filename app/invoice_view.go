package app

import (
	"slices"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/outbox"
	"comptoir/office/sales"
)

// InvoiceLine is a line of an invoice.
type InvoiceLine struct {
	Description   string `json:"description"`
	Detail        string `json:"detail"`
	QuantityE4    int64  `json:"quantityE4"`
	Unit          string `json:"unit"`
	UnitPriceE4   int64  `json:"unitPriceE4"`
	DiscountPCM   int64  `json:"discountPcm"`
	DiscountMinor int64  `json:"discountMinor"`
	NetMinor      int64  `json:"netMinor"`
	Optional      bool   `json:"optional"` // of a quote: in no total
	TaxLabel      string `json:"taxLabel"`
}

// AllowanceRow is a discount (negative) or a charge on the whole.
type AllowanceRow struct {
	Reason      string `json:"reason"`
	AmountMinor int64  `json:"amountMinor"`
}

// HistoryRow is one thing that happened to a document.
type HistoryRow struct {
	ID   string `json:"id"`
	At   string `json:"at"`
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// InvoicePayment is a payment of an invoice.
type InvoicePayment struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	ReceivedOn  string `json:"receivedOn"`
	Method      string `json:"method"`
	AmountMinor int64  `json:"amountMinor"`
}

// AnnouncementView is a transfer that the customer says is under way.
type AnnouncementView struct {
	ID          string `json:"id"`
	AmountMinor int64  `json:"amountMinor"`
	AnnouncedOn string `json:"announcedOn"`
}

// Invoice is one invoice with everything around it.
type Invoice struct {
	InvoiceRow
	Customer      *CustomerMark     `json:"customer"`
	DebitOn       string            `json:"debitOn"` // the bank was asked to debit it on that day; "" = it was not
	DeliveryDate  string            `json:"deliveryDate"`
	OrderNumber   string            `json:"orderNumber"`
	Language      string            `json:"language"`
	PricesInclTax bool              `json:"pricesInclTax"`
	Note          string            `json:"note"`
	PrivateNote   string            `json:"privateNote"`
	Terms         string            `json:"terms"`
	Lines         []InvoiceLine     `json:"lines"`
	Allowances    []AllowanceRow    `json:"allowances"`
	Taxes         []TaxRow          `json:"taxes"`
	TotalTaxMinor int64             `json:"totalTaxMinor"`
	PaidMinor     int64             `json:"paidMinor"`
	PDFHref       string            `json:"pdfHref"`   // "" of an invoice that another program issued
	TakenOver     bool              `json:"takenOver"` // issued by another program
	Link          string            `json:"link"`      // the customer's own, "" while the portal is closed
	History       []HistoryRow      `json:"history"`
	Payments      []InvoicePayment  `json:"payments"`
	Mails         []MailRow         `json:"mails"`
	Announcement  *AnnouncementView `json:"announcement"`
	Settlement    Settlement        `json:"settlement"`
}

// Get gives one invoice.
func (s *Invoices) Get(id string) (Invoice, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Invoice{}, err
	}
	d, err := h.Sales.Get(s.desk.ctx, who, id)
	if err != nil {
		return Invoice{}, err
	}
	v := s.desk.invoice(d)
	if d.Customer != nil {
		c, err := h.Customers.Get(s.desk.ctx, who, d.Customer.PublicID)
		if err != nil {
			return Invoice{}, err
		}
		m := customerMark(c)
		v.Customer = &m
	}
	err = s.around(h, who, d, &v) // before v is returned: the order within one return is not told
	return v, err
}

// invoice gives the document itself.
func (d *desk) invoice(x sales.Document) Invoice {
	v := Invoice{Settlement: settlementOf(x), InvoiceRow: InvoiceRow{Kind: string(x.Kind), ID: x.PublicID, Version: x.Version, Number: x.Number, State: string(x.State), IssueDate: x.IssueDate.String(), DueDate: x.DueDate.String(),
		Currency: string(x.Currency), TotalExclMinor: x.Totals.TotalExclTax, TotalInclMinor: x.Totals.TotalInclTax, DueMinor: x.DueMinor, SentAt: x.SentAt, UpdatedAt: x.UpdatedAt,
		Announced: x.AnnouncedAt != "", LateDays: x.DaysLate}, DebitOn: x.DebitOn.String(), DeliveryDate: x.DeliveryDate.String(), OrderNumber: x.OrderNumber, Language: x.Lang, PricesInclTax: x.PricesInclTax,
		Note: x.Note, PrivateNote: x.PrivateNote, Terms: x.TermsText, TotalTaxMinor: x.Totals.TotalTax, PaidMinor: x.PaidMinor, PDFHref: "/files/invoices/" + x.PublicID + "/invoice.pdf",
		Taxes: d.taxRows(x.Totals.Taxes), Lines: []InvoiceLine{}, Allowances: []AllowanceRow{}, History: []HistoryRow{}, Payments: []InvoicePayment{}, Mails: []MailRow{}}
	if v.TakenOver = x.TakenOver; x.TakenOver {
		v.PDFHref = ""
	}
	if x.Customer != nil {
		v.CustomerID, v.CustomerName = x.Customer.PublicID, x.Customer.Name
	}
	for _, l := range x.Lines {
		v.Lines = append(v.Lines, InvoiceLine{Description: l.Description, Detail: l.Detail, QuantityE4: l.QuantityE4, Unit: d.unit(l.Unit), UnitPriceE4: l.UnitPriceE4,
			DiscountPCM: l.DiscountPCM, DiscountMinor: l.DiscountMinor, NetMinor: l.Total.GrossMinor - l.Total.DiscountMinor, Optional: l.Optional, TaxLabel: d.lineTaxes(l.Taxes)})
	}
	for _, a := range x.Totals.Allowances {
		row := AllowanceRow{Reason: a.Reason, AmountMinor: -a.AmountMinor}
		if a.Charge {
			row.AmountMinor = a.AmountMinor
		}
		v.Allowances = append(v.Allowances, row)
	}
	for _, p := range x.Payments {
		v.Payments = append(v.Payments, InvoicePayment{ID: p.PaymentID, Number: p.Number, ReceivedOn: p.ReceivedOn.String(), Method: p.Method, AmountMinor: p.AmountMinor})
	}
	return v
}

// around adds what happened to the document: history, mails, an announced transfer, its link.
func (s *Invoices) around(h *House, who actor.Actor, x sales.Document, v *Invoice) error {
	records, err := h.Sales.History(s.desk.ctx, who, x.PublicID)
	if err != nil {
		return err
	}
	for _, r := range records {
		if key := "history." + r.Action; locale.Has(s.desk.lang, key) {
			args := map[string]any{"actor": s.desk.actorName(r.Actor), "number": x.Number, "amount": money.Amount{Minor: r.AmountMinor, Currency: x.Currency}}
			v.History = append(v.History, HistoryRow{ID: r.ID, At: r.At, Kind: r.Action, Text: s.desk.t(key, args)})
		}
	}
	if x.Draft {
		return nil
	}
	mails, err := h.Outbox.OfDocument(s.desk.ctx, who, x.PublicID)
	if err != nil {
		return err
	}
	v.Mails = s.desk.mailRows(mails)
	waiting, err := h.Payments.Announcements(s.desk.ctx, who)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if slices.Contains(a.DocumentIDs, x.PublicID) {
			v.Announcement = &AnnouncementView{ID: a.PublicID, AmountMinor: a.AmountMinor, AnnouncedOn: a.AnnouncedOn}
		}
	}
	if !who.Role.May(actor.Invite) { // by the customer's link one would be the customer there
		return nil
	}
	v.Link, err = h.documentLink(s.desk.ctx, who, x)
	return err
}

func (d *desk) mailRows(rows []outbox.MailRow) []MailRow {
	list := make([]MailRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, d.mailRow(r))
	}
	return slices.Clip(list)
}

// actorName writes who did something; the program's own kinds of actor have texts.
func (d *desk) actorName(name string) string {
	switch name {
	case actor.Machine().Name:
		return d.t("desk.actor.machine", nil)
	case actor.Shell("").Name:
		return d.t("desk.actor.shell", nil)
	}
	return name
}
