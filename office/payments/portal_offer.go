package payments

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// OfferMax is how many documents may be paid at once.
const OfferMax = 100

// PayAsk is what a customer wants to pay: the documents named, all that is asked for now in
// a currency, or, with neither, an amount ahead of any document.
type PayAsk struct {
	DocumentIDs []string // public ids
	All         bool
	Currency    string // of All and of an amount ahead; "" = the customer's
	Whole       bool   // with what could still be held back
	AmountMinor int64  // chosen; 0 = all that is asked for
}

// OfferPart is one document of an offer.
type OfferPart struct {
	DocumentID  string // public id
	Kind        billing.Kind
	Number      string
	DueOn       civil.Date
	DueMinor    int64 // all that is due
	ShownMinor  int64 // of it, what is to be paid: all, or without what may be held back
	AmountMinor int64 // its share of what is chosen
	OrderMinor  int64 // what is ordered for it: on the last one with what is above all that is asked for
	Announced   bool
	DebitOn     civil.Date // the bank was asked to debit it on that day (sales.DebitOn); zero = it was not
}

// Offer is what a customer is about to pay, and all the ways to pay it. Methods.DueMinor is
// the amount, without the fee of a way.
type Offer struct {
	Documents  []OfferPart // soonest due first
	Gone       []OfferPart // named, but nothing is due of them any more
	UnderWay   []OfferPart // of several: an attempt, a direct debit or a transfer that was said pays them already
	Left       int         // of all that is asked for, the invoices beyond those that can be paid at once
	TotalMinor int64       // what is asked for
	AheadMinor int64       // of the amount, on no document
	Seller     sales.Party // who is paid
	Methods
}

// PortalOffer tells what a contact can pay and how. An amount that the firm does not take is
// refused at its field "amount".
func (s *Service) PortalOffer(ctx context.Context, who actor.Actor, in PayAsk) (o Offer, err error) {
	asked := in.DocumentIDs
	if in.All {
		asked = nil
	}
	if err := who.NeedContactOn(actor.TrustLink, asked...); err != nil {
		return Offer{}, err
	}
	if len(in.DocumentIDs) > OfferMax {
		return Offer{}, fault.New(fault.Invalid, "fault.pay.too_many", "most", OfferMax)
	}
	left := 0
	if in.All {
		if in.DocumentIDs, left, err = s.allAsked(ctx, who, in.Currency); err != nil {
			return Offer{}, err
		}
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		o, err = s.offer(ctx, q, who, in)
		o.Left = left
		return err
	})
	return o, err
}

// allAsked names what is open in a currency, soonest due first: as many as may be paid at
// once, and how many are left for another time (counted up to some thousand).
func (s *Service) allAsked(ctx context.Context, who actor.Actor, currency string) (ids []string, left int, err error) {
	ids = []string{}
	query := sales.PortalQuery{Filter: "open", Limit: OfferMax}
	for range 20 {
		page, err := s.Sales.PortalInvoices(ctx, who, query)
		if err != nil {
			return nil, 0, err
		}
		for _, r := range page.Rows {
			if currency == "" {
				currency = string(r.Currency)
			}
			switch {
			case string(r.Currency) != currency || r.AskedMinor <= 0:
			case len(ids) < OfferMax:
				ids = append(ids, r.PublicID)
			default:
				left++
			}
		}
		if query.After = page.Next; page.Next == "" {
			break
		}
	}
	return ids, left, nil
}

func (s *Service) offer(ctx context.Context, q *gen.Queries, who actor.Actor, in PayAsk) (Offer, error) {
	c, err := q.CustomerByID(ctx, who.CustomerID)
	if err != nil {
		return Offer{}, db.NotFound(err)
	}
	firm, err := company.Get(ctx, q)
	if err != nil {
		return Offer{}, err
	}
	o := Offer{Documents: []OfferPart{}, Gone: []OfferPart{}, Methods: Methods{Currency: money.Currency(c.Currency), Gateways: []string{}}}
	if in.Currency != "" && len(in.DocumentIDs) == 0 {
		may, err := mayPayAhead(ctx, q, c, money.Currency(in.Currency))
		if err != nil {
			return Offer{}, err
		}
		if o.Currency = money.Currency(in.Currency); !may && !in.All || !o.Currency.Valid() {
			return Offer{}, fault.New(fault.NotFound, "fault.not_found")
		}
	}
	var buyer sales.Party
	if o.Seller, buyer, _, err = s.Sales.Parties(ctx, q, c.PublicID); err != nil {
		return Offer{}, err
	}
	if err := s.offerParts(ctx, q, who, in, firm.Today(s.DB.Now()), &o); err != nil {
		return Offer{}, err
	}
	if err := s.choose(ctx, q, who, in, &o); err != nil {
		return Offer{}, err
	}
	o.transfer(buyer)
	return o, nil
}

// offerParts reads the documents that are to be paid.
func (s *Service) offerParts(ctx context.Context, q *gen.Queries, who actor.Actor, in PayAsk, today civil.Date, o *Offer) error {
	whole, seen := int64(0), map[string]bool{}
	for _, id := range in.DocumentIDs {
		if seen[id] {
			continue
		}
		seen[id] = true
		row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: id, CustomerID: &who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		if row.Number == nil || row.Kind != string(billing.Invoice) && row.Kind != string(billing.DepositInvoice) {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		st, err := q.Status(ctx, row.ID)
		if err != nil {
			return db.NotFound(err)
		}
		p := OfferPart{DocumentID: row.PublicID, Kind: billing.Kind(row.Kind), Number: *row.Number, DueOn: day(row.DueDate), DueMinor: st.DueMinor, ShownMinor: asked(st, today), Announced: st.AnnouncedAt != nil}
		if p.DebitOn, err = sales.DebitOn(ctx, q, row.ID); err != nil {
			return err
		}
		if st.DueMinor <= 0 {
			o.Gone = append(o.Gone, p)
			continue
		}
		if len(o.Documents) > 0 && row.Currency != string(o.Currency) {
			return fault.New(fault.Invalid, "fault.pay.one_currency")
		}
		o.Currency = money.Currency(row.Currency)
		waiting, err := s.waitingIn(ctx, q, row.ID)
		if err != nil {
			return err
		}
		held := waiting != "" || !p.DebitOn.IsZero()
		if in.All && (p.Announced || held) || len(in.DocumentIDs) > 1 && held { // it holds up none of the others
			o.UnderWay = append(o.UnderWay, p)
			continue
		}
		if o.Waiting == "" {
			o.Waiting = waiting
		}
		if whole += p.DueMinor; in.Whole {
			p.ShownMinor = p.DueMinor
		}
		o.TotalMinor += p.ShownMinor
		o.Documents = append(o.Documents, p)
	}
	if whole > o.TotalMinor {
		o.WholeMinor = whole
	}
	slices.SortStableFunc(o.Documents, func(a, b OfferPart) int {
		return cmp.Or(strings.Compare(a.DueOn.String(), b.DueOn.String()), strings.Compare(a.Number, b.Number))
	})
	return nil
}

// choose spreads the amount over the documents, and finds the ways to pay it.
func (s *Service) choose(ctx context.Context, q *gen.Queries, who actor.Actor, in PayAsk, o *Offer) (err error) {
	if o.DueMinor = o.TotalMinor; in.AmountMinor != 0 {
		o.DueMinor = in.AmountMinor
	}
	if o.Ways, o.Kept, o.Choice, err = s.offerWays(ctx, q, who, o.Currency, o.DueMinor); err != nil {
		return err
	}
	if who.Trust < actor.TrustPassword { // methods are for whoever gave a password
		o.Kept = []Kept{}
	}
	if in.AmountMinor != 0 {
		if err := o.Choice.Check(o.DueMinor, o.TotalMinor, o.Currency); err != nil {
			return err
		}
	}
	left := o.DueMinor
	for i := range o.Documents {
		o.Documents[i].AmountMinor = min(left, o.Documents[i].ShownMinor)
		o.Documents[i].OrderMinor = o.Documents[i].AmountMinor
		left -= o.Documents[i].AmountMinor
	}
	if o.AheadMinor = left; left > 0 && len(o.Documents) > 0 {
		o.Documents[len(o.Documents)-1].OrderMinor += left
	}
	for _, w := range o.Ways {
		if w.Gateway && w.Refused == "" {
			o.Gateways = append(o.Gateways, w.Way)
		}
	}
	return nil
}

// With is what is charged in a way: the amount and its fee.
func (o Offer) With(w Way) int64 { return o.DueMinor + w.ExtraMinor }

// Way finds a way that is offered.
func (o Offer) Way(name string) (Way, bool) {
	i := slices.IndexFunc(o.Ways, func(w Way) bool { return w.Way == name })
	if i < 0 {
		return Way{}, false
	}
	return o.Ways[i], true
}

// transferText is how much of a bank's remittance text can be used (EPC069-12).
const transferText = 140

// transfer tells how to pay all of it by one transfer: one reference that names every document.
func (o *Offer) transfer(buyer sales.Party) {
	if !slices.ContainsFunc(o.Ways, func(w Way) bool { return w.Way == "transfer" && w.Refused == "" }) || o.Seller.IBAN == "" || o.DueMinor <= 0 {
		return
	}
	numbers, announced := []string{}, len(o.Documents) > 0
	for _, d := range o.Documents {
		if d.AmountMinor > 0 {
			numbers, announced = append(numbers, d.Number), announced && d.Announced
		}
	}
	reference := strings.Join(numbers, " ")
	if reference == "" || len(reference) > transferText {
		reference = buyer.Number
	}
	o.Transfer = &Transfer{Beneficiary: o.Seller.Name, IBAN: o.Seller.IBAN, BIC: o.Seller.BIC, BankName: o.Seller.BankName, Reference: reference,
		AmountMinor: o.DueMinor, Currency: o.Currency, Announced: announced, EPC: sales.TransferCode(o.Seller, reference, money.Amount{Minor: o.DueMinor, Currency: o.Currency})}
}

func (s *Service) waitingIn(ctx context.Context, q *gen.Queries, documentID int64) (string, error) {
	list, err := q.OpenIntentsOfDocument(ctx, documentID)
	for _, i := range list {
		if i.State == Unknown || i.State == Processing {
			return i.PublicID, nil
		}
	}
	return "", err
}
