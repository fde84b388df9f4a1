package app

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/edge/mail"
	"comptoir/office/contracts"
	"comptoir/office/listing"
	"comptoir/rules/contract"
)

// Contracts is bound to the window: contracts, their states, types and milestones.
type Contracts struct{ desk *desk }

// ContractQuery asks for a page of contracts.
type ContractQuery struct {
	Words      string `json:"words"`
	State      string `json:"state"` // a status, renew, tell, late
	TypeID     string `json:"typeId"`
	OwnerID    string `json:"ownerId"`
	CustomerID string `json:"customerId"`
	EndsFrom   string `json:"endsFrom"`
	EndsTo     string `json:"endsTo"`
	Portal     string `json:"portal"` // yes, no
	Sort       string `json:"sort"`
	Desc       bool   `json:"desc"`
	Cursor     string `json:"cursor"`
	Limit      int    `json:"limit"`
}

func (q ContractQuery) listing() contracts.ListQuery {
	return contracts.ListQuery{Query: listing.Query{Search: q.Words, Sort: q.Sort, Desc: q.Desc, After: q.Cursor, Limit: q.Limit}, State: q.State, TypeID: q.TypeID, OwnerID: q.OwnerID, CustomerID: q.CustomerID,
		EndsFrom: q.EndsFrom, EndsTo: q.EndsTo, Portal: q.Portal}
}

// ContractRow is a contract in a list.
type ContractRow struct {
	ID           string `json:"id"`
	Version      int64  `json:"version"`
	Number       string `json:"number"`
	Title        string `json:"title"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	TypeName     string `json:"typeName"`
	OwnerName    string `json:"ownerName"`
	State        string `json:"state"` // shown: draft, in_review, to_sign, signed, active, ended, cancelled
	StartOn      string `json:"startOn"`
	EndOn        string `json:"endOn"`    // last day of the running term, "" = open-ended
	NoticeBy     string `json:"noticeBy"` // last day to give notice, to renew or of the contract itself
	NoticeKind   string `json:"noticeKind"`
	NoticeNear   bool   `json:"noticeNear"` // it asks for a decision now
	Renewal      string `json:"renewal"`
	ValueMinor   int64  `json:"valueMinor"`
	Currency     string `json:"currency"`
	InPortal     bool   `json:"inPortal"`
}

// ContractCounts are the figures beside the filters.
type ContractCounts struct {
	Draft     int64 `json:"draft"`
	InReview  int64 `json:"inReview"`
	ToSign    int64 `json:"toSign"`
	Signed    int64 `json:"signed"`
	Active    int64 `json:"active"`
	Ended     int64 `json:"ended"`
	Cancelled int64 `json:"cancelled"`
	Renew     int64 `json:"renew"` // whose end asks for a decision
	Tell      int64 `json:"tell"`  // whose customer is to be told of its renewal
	Late      int64 `json:"late"`  // milestones
}

// ContractSum is what the contracts of a filter come to in one currency.
type ContractSum struct {
	Currency   string `json:"currency"`
	Count      int64  `json:"count"`
	ValueMinor int64  `json:"valueMinor"`
}

// ContractList is a page of contracts; counts and sums come with the first one.
type ContractList struct {
	Rows   []ContractRow  `json:"rows"`
	Next   string         `json:"next"`
	Counts ContractCounts `json:"counts"`
	Sums   []ContractSum  `json:"sums"`
}

func contractRow(r contracts.Row) ContractRow {
	return ContractRow{ID: r.PublicID, Version: r.Version, Number: r.Number, Title: r.Title, CustomerID: r.CustomerID, CustomerName: r.CustomerName, TypeName: r.TypeName, OwnerName: r.OwnerName, State: string(r.Status),
		StartOn: r.Terms.Start.String(), EndOn: r.Standing.Term.To.String(), NoticeBy: r.Standing.DecideBy.String(), NoticeKind: r.Standing.Kind, NoticeNear: r.Near, Renewal: string(r.Terms.Renewal),
		ValueMinor: r.ValueMinor, Currency: string(r.Currency), InPortal: r.InPortal}
}

// List gives a page of the contracts.
func (s *Contracts) List(q ContractQuery) (ContractList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractList{}, err
	}
	rows, next, err := h.Contracts.List(s.desk.ctx, who, q.listing())
	if err != nil {
		return ContractList{}, err
	}
	list := ContractList{Rows: make([]ContractRow, 0, len(rows)), Next: next, Sums: []ContractSum{}}
	for _, r := range rows {
		list.Rows = append(list.Rows, contractRow(r))
	}
	if q.Cursor != "" {
		return list, nil
	}
	c, err := h.Contracts.Counts(s.desk.ctx, who)
	if err != nil {
		return ContractList{}, err
	}
	list.Counts = ContractCounts(c)
	sums, err := h.Contracts.Sums(s.desk.ctx, who, q.listing())
	for _, x := range sums {
		list.Sums = append(list.Sums, ContractSum{Currency: string(x.Currency), Count: x.Count, ValueMinor: x.ValueMinor})
	}
	return list, err
}

// ContractForm is the form of a contract.
type ContractForm struct {
	ID            string `json:"id"`
	Version       int64  `json:"version"`
	Title         string `json:"title"`
	CustomerID    string `json:"customerId"`
	TypeID        string `json:"typeId"`
	OwnerID       string `json:"ownerId"`
	StartOn       string `json:"startOn"`
	EndOn         string `json:"endOn"`   // last day of the first term
	Renewal       string `json:"renewal"` // none, tacit, express
	RenewalMonths int64  `json:"renewalMonths"`
	NoticeCount   int64  `json:"noticeCount"`
	NoticeUnit    string `json:"noticeUnit"` // day, month
	RemindDays    int64  `json:"remindDays"`
	ValueMinor    int64  `json:"valueMinor"`
	Currency      string `json:"currency"`
	Description   string `json:"description"`
	Notes         string `json:"notes"`
}

func (f ContractForm) office() contracts.Form {
	return contracts.Form{PublicID: f.ID, Version: f.Version, Title: f.Title, CustomerID: f.CustomerID, TypeID: f.TypeID, OwnerID: f.OwnerID, StartOn: f.StartOn, EndOn: f.EndOn, Renewal: f.Renewal, RenewalMonths: f.RenewalMonths,
		NoticeCount: f.NoticeCount, NoticeUnit: f.NoticeUnit, RemindDays: f.RemindDays, ValueMinor: f.ValueMinor, Currency: f.Currency, Description: f.Description, Notes: f.Notes}
}

func contractForm(f contracts.Form) ContractForm {
	return ContractForm{ID: f.PublicID, Version: f.Version, Title: f.Title, CustomerID: f.CustomerID, TypeID: f.TypeID, OwnerID: f.OwnerID, StartOn: f.StartOn, EndOn: f.EndOn, Renewal: f.Renewal, RenewalMonths: f.RenewalMonths,
		NoticeCount: f.NoticeCount, NoticeUnit: f.NoticeUnit, RemindDays: f.RemindDays, ValueMinor: f.ValueMinor, Currency: f.Currency, Description: f.Description, Notes: f.Notes}
}

// ContractView is the page of one contract.
type ContractView struct {
	ContractRow
	Form            ContractForm `json:"form"`
	CustomerKind    string       `json:"customerKind"`
	SignedOn        string       `json:"signedOn"`
	EndedOn         string       `json:"endedOn"` // decided last day
	EndReason       string       `json:"endReason"`
	TermN           int          `json:"termN"` // 1 = the first one
	Today           string       `json:"today"` // where the firm is
	DescriptionHTML string       `json:"descriptionHtml"`
	Words           string       `json:"words"`   // its dates in sentences
	Notices         []string     `json:"notices"` // what to know now
	FilesShown      bool         `json:"filesShown"`
	SharedAt        string       `json:"sharedAt"`
	CreatedAt       string       `json:"createdAt"`
	UpdatedAt       string       `json:"updatedAt"`
	// CustomerNotice: a consumer is to be told by the firm that it renews itself, and can be now.
	CustomerNotice bool `json:"customerNotice"`
	CanEdit        bool `json:"canEdit"`
	CanCustomer    bool `json:"canCustomer"`
	CanReview      bool `json:"canReview"`
	CanToSign      bool `json:"canToSign"`
	CanSign        bool `json:"canSign"`
	CanReopen      bool `json:"canReopen"`
	CanRenew       bool `json:"canRenew"`
	CanEnd         bool `json:"canEnd"`
	CanKeep        bool `json:"canKeep"`
	CanCancel      bool `json:"canCancel"`
}

func (d *desk) contractView(v contracts.View) ContractView {
	x := ContractView{ContractRow: contractRow(v.Row()), Form: contractForm(v.Form), CustomerKind: v.CustomerKind, SignedOn: v.SignedOn.String(), EndedOn: v.EndedOn.String(), EndReason: v.EndReason, TermN: v.Standing.Term.N, Today: v.Today.String(),
		DescriptionHTML: mail.HTML(v.Description), Words: d.termWords(v.Terms, v.Standing), Notices: d.contractNotices(v), FilesShown: v.FilesShown, SharedAt: v.SharedAt, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
		CustomerNotice: v.NoticeDue != nil && v.NoticeSent.IsZero(), CanEdit: v.Can.Edit, CanCustomer: v.Can.Customer, CanReview: v.Can.Review, CanToSign: v.Can.ToSign, CanSign: v.Can.Sign, CanReopen: v.Can.Draft,
		CanRenew: v.Can.Renew, CanEnd: v.Can.End, CanKeep: v.Can.Keep, CanCancel: v.Can.Cancel}
	return x
}

// termWords says in sentences what the dates of a contract come to.
func (d *desk) termWords(t contract.Terms, s contract.Standing) string {
	say := func(key string, args map[string]any) string { return d.t("common.contracts.words."+key, args) }
	key := "none"
	switch {
	case !t.Start.IsZero() && !t.End.IsZero():
		key = "from_to"
	case !t.Start.IsZero():
		key = "from"
	case !t.End.IsZero():
		key = "to"
	}
	words := say(key, map[string]any{"start": t.Start, "end": t.End})
	if t.Renewal != contract.None && t.Renewal != "" {
		words += " " + say(string(t.Renewal), map[string]any{"months": t.RenewalMonths})
	}
	if s.Term.N > 1 {
		words += " " + say("term", map[string]any{"n": s.Term.N, "start": s.Term.From, "end": s.Term.To})
	}
	if by := t.NoticeBy(s.Decides); !by.IsZero() {
		words += " " + say("notice_"+t.NoticeUnit, map[string]any{"count": t.NoticeCount, "date": by})
		if s.Decides.N != s.Term.N {
			words += " " + say("notice_for", map[string]any{"end": s.Decides.To})
		}
	} else if t.NoticeCount > 0 && t.End.IsZero() {
		words += " " + say("notice_away_"+t.NoticeUnit, map[string]any{"count": t.NoticeCount})
	}
	return words
}

// contractNotices are sentences on what to know of a contract now.
func (d *desk) contractNotices(v contracts.View) []string {
	list := []string{}
	say := func(key string, args map[string]any) {
		list = append(list, d.t("common.contracts.now."+key, args))
	}
	on := v.Today
	switch {
	case v.Status == contract.Ended && v.EndedOn.IsZero():
		say("over", map[string]any{"date": v.Standing.Term.To})
	case v.Status == contract.Ended:
		say("ended", map[string]any{"date": v.EndedOn})
	case !v.EndedOn.IsZero():
		say("ends", map[string]any{"date": v.EndedOn})
	case v.Near:
		say(v.Standing.Kind, map[string]any{"date": v.Standing.DecideBy, "days": v.Standing.DecideBy.DaysSince(on), "end": v.Standing.Decides.To, "renewal": string(v.Terms.Renewal)})
	}
	switch n := v.NoticeDue; {
	case n == nil:
	case !v.NoticeSent.IsZero():
		say("customer_told", map[string]any{"date": v.NoticeSent})
	case on.After(n.To):
		say("customer_untold", map[string]any{"date": n.To})
	default:
		say("customer_tell", map[string]any{"date": n.To})
	}
	return list
}

// Get gives one contract.
func (s *Contracts) Get(id string) (ContractView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractView{}, err
	}
	v, err := h.Contracts.Get(s.desk.ctx, who, id)
	if err != nil {
		return ContractView{}, err
	}
	return s.desk.contractView(v), nil
}

// ContractLook is what a form comes to while it is typed.
type ContractLook struct {
	Words  string         `json:"words"`
	HTML   string         `json:"html"` // of the description
	Fields []FieldMessage `json:"fields"`
}

// ContractPerson is a user who may look after a contract.
type ContractPerson struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Closed bool   `json:"closed"` // no user of the firm any more
}

// ContractEditor is everything that the form opens with.
type ContractEditor struct {
	Form       ContractForm     `json:"form"`
	Number     string           `json:"number"`
	State      string           `json:"state"`
	Customer   *CustomerMark    `json:"customer"`
	MayMove    bool             `json:"mayMove"` // the customer may still be another one
	Types      []ContractType   `json:"types"`   // those that may be chosen
	Owners     []ContractPerson `json:"owners"`
	Currencies []string         `json:"currencies"`
	Look       ContractLook     `json:"look"`
}

// Edit opens the form: of a contract, or blank for a customer if one is named.
func (s *Contracts) Edit(id, customerID string) (ContractEditor, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractEditor{}, err
	}
	e := ContractEditor{State: string(contract.Draft), MayMove: true, Types: []ContractType{}, Owners: []ContractPerson{}, Currencies: []string{}}
	for _, c := range money.Currencies() {
		e.Currencies = append(e.Currencies, string(c))
	}
	if id != "" {
		v, err := h.Contracts.Get(s.desk.ctx, who, id)
		if err != nil {
			return ContractEditor{}, err
		}
		e.Form, e.Number, e.State, e.MayMove = contractForm(v.Form), v.Number, string(v.Status), v.Can.Customer
	} else {
		f, err := h.Contracts.Blank(s.desk.ctx, who)
		if err != nil {
			return ContractEditor{}, err
		}
		e.Form = contractForm(f)
		e.Form.CustomerID = customerID
	}
	if e.Form.CustomerID != "" {
		c, err := h.Customers.Get(s.desk.ctx, who, e.Form.CustomerID)
		if err != nil {
			return ContractEditor{}, err
		}
		m := customerMark(c)
		e.Customer = &m
		if id == "" {
			e.Form.Currency = c.Currency
		}
	}
	if err := s.choices(&e); err != nil {
		return ContractEditor{}, err
	}
	e.Look, err = s.Preview(e.Form)
	return e, err
}

// choices fills in what may be chosen in a form.
func (s *Contracts) choices(e *ContractEditor) error {
	types, err := s.Types()
	if err != nil {
		return err
	}
	for _, t := range types {
		if !t.Archived || t.ID == e.Form.TypeID {
			e.Types = append(e.Types, t)
		}
	}
	owners, err := s.Owners()
	for _, o := range owners {
		if !o.Closed || o.ID == e.Form.OwnerID {
			e.Owners = append(e.Owners, o)
		}
	}
	return err
}

// Preview judges a form without storing it.
func (s *Contracts) Preview(f ContractForm) (ContractLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractLook{}, err
	}
	look := ContractLook{HTML: mail.HTML(f.Description), Fields: []FieldMessage{}}
	terms, standing, err := h.Contracts.Look(s.desk.ctx, who, f.office())
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		look.Fields, err = s.desk.fields(e.Fields), nil
		for _, x := range e.Fields {
			if x.Path == "startOn" || x.Path == "endOn" || x.Path == "renewalMonths" || x.Path == "noticeCount" {
				return look, nil
			}
		}
	}
	if err == nil {
		look.Words = s.desk.termWords(terms, standing)
	}
	return look, err
}

// Save stores the form: a new contract as a draft with its number, or a changed one.
func (s *Contracts) Save(f ContractForm, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	v, err := h.Contracts.Save(s.desk.ctx, who, key, f.office())
	return savedContract(v), err
}

func savedContract(v contracts.View) Saved {
	return Saved{ID: v.PublicID, Version: v.Version, SavedAt: v.UpdatedAt}
}

// Duplicate makes a new contract out of one.
func (s *Contracts) Duplicate(id, key string) (Saved, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Saved{}, err
	}
	v, err := h.Contracts.Duplicate(s.desk.ctx, who, key, id)
	return savedContract(v), err
}

// dayOf reads a day of the window; what is none is refused beside its field.
func dayOf(path, iso string) (civil.Date, error) {
	if iso == "" {
		return civil.Date{}, nil
	}
	on, err := civil.Parse(iso)
	if err != nil {
		var form fault.Form
		form.Add(path, "fault.not_a_date")
		return civil.Date{}, form.Err()
	}
	return on, nil
}
