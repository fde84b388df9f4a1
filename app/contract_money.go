package app

import (
	"comptoir/office/schedule"
	"comptoir/rules/contract"
)

// ContractMoney is bound to the window: from a contract to its quotes, deposits and invoices.
type ContractMoney struct{ desk *desk }

// ContractBill asks for a paper of a contract.
type ContractBill struct {
	ContractID string   `json:"contractId"`
	Milestones []string `json:"milestones"` // none = the whole contract
	As         string   `json:"as"`         // quote, deposit, invoice, recurring
	EachMonths int      `json:"eachMonths"` // recurring: 1, 3, 6, 12
}

// ContractFigures are what a contract is worth, what was invoiced, paid and is left, in minor units of its currency.
type ContractFigures struct {
	Currency          string   `json:"currency"`
	ValueMinor        int64    `json:"valueMinor"`
	PlannedMinor      int64    `json:"plannedMinor"`
	InvoicedExclMinor int64    `json:"invoicedExclMinor"`
	InvoicedInclMinor int64    `json:"invoicedInclMinor"`
	PaidMinor         int64    `json:"paidMinor"`
	LeftToPayMinor    int64    `json:"leftToPayMinor"`
	CreditMinor       int64    `json:"creditMinor"`
	LeftToInvoice     int64    `json:"leftToInvoiceMinor"`
	OverMinor         int64    `json:"overMinor"` // invoiced beyond the value
	Others            []string `json:"others"`    // currencies of papers that are not counted
}

// ContractMilestoneMoney is a milestone with an amount, and how far it has come.
type ContractMilestoneMoney struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	DueOn       string   `json:"dueOn"`
	State       string   `json:"state"`
	AmountMinor int64    `json:"amountMinor"`
	Bill        string   `json:"bill"`
	Billing     string   `json:"billing"` // "", drafted, quoted, recurring, invoiced, paid
	Billable    bool     `json:"billable"`
	Papers      []string `json:"papers"`
}

// ContractPaper is a document of a contract.
type ContractPaper struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Number    string `json:"number"`
	IssueDate string `json:"issueDate"`
	DueDate   string `json:"dueDate"`
	Currency  string `json:"currency"`
	ExclMinor int64  `json:"exclMinor"`
	InclMinor int64  `json:"inclMinor"`
	PaidMinor int64  `json:"paidMinor"`
	DueMinor  int64  `json:"dueMinor"`
	State     string `json:"state"`
	ByHand    bool   `json:"byHand"`
}

// ContractTemplate is a recurring invoice of a contract.
type ContractTemplate struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

// ContractMoneyView is a contract's money as the firm sees it.
type ContractMoneyView struct {
	Figures    ContractFigures          `json:"figures"`
	Milestones []ContractMilestoneMoney `json:"milestones"`
	Papers     []ContractPaper          `json:"papers"`
	Recurring  []ContractTemplate       `json:"recurring"`
	Whole      bool                     `json:"whole"` // all of it may be billed in one paper
	Loose      bool                     `json:"loose"` // it is over, yet a draft or a recurring invoice of it still stands
}

// ContractMade is the draft that billing made.
type ContractMade struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Deposits int    `json:"deposits"` // deposit invoices that it takes off
}

// Get gives a contract's money.
func (c *ContractMoney) Get(contractID string) (ContractMoneyView, error) {
	h, who, err := c.desk.open()
	if err != nil {
		return ContractMoneyView{}, err
	}
	m, err := h.Schedule.Of(c.desk.ctx, who, contractID)
	return contractMoney(m), err
}

// Bill makes a draft of milestones, or of the whole contract.
func (c *ContractMoney) Bill(in ContractBill, key string) (ContractMade, error) {
	h, who, err := c.desk.open()
	if err != nil {
		return ContractMade{}, err
	}
	made, err := h.Schedule.Bill(c.desk.ctx, who, schedule.Bill{Key: key, ContractID: in.ContractID, Milestones: in.Milestones, As: in.As, EachMonths: in.EachMonths})
	return ContractMade{Kind: made.Kind, ID: made.PublicID, Deposits: made.Deposits}, err
}

// Attach puts a document to a contract of its customer.
func (c *ContractMoney) Attach(contractID, documentID string) error {
	h, who, err := c.desk.open()
	if err != nil {
		return err
	}
	return h.Schedule.Attach(c.desk.ctx, who, contractID, documentID)
}

// Detach takes a document off a contract.
func (c *ContractMoney) Detach(contractID, documentID string) error {
	h, who, err := c.desk.open()
	if err != nil {
		return err
	}
	return h.Schedule.Detach(c.desk.ctx, who, contractID, documentID)
}

// ContractMark names the contract of a document; without an id where it has none.
type ContractMark struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// Of gives the contract of a document.
func (c *ContractMoney) Of(documentID string) (ContractMark, error) {
	h, who, err := c.desk.open()
	if err != nil {
		return ContractMark{}, err
	}
	m, err := h.Schedule.ContractOf(c.desk.ctx, who, documentID)
	return ContractMark{ID: m.PublicID, Number: m.Number, Title: m.Title}, err
}

func contractMoney(m schedule.Money) ContractMoneyView {
	v := ContractMoneyView{Figures: ContractFigures{Currency: string(m.Currency), ValueMinor: m.ValueMinor, PlannedMinor: m.PlannedMinor, InvoicedExclMinor: m.InvoicedExclMinor, InvoicedInclMinor: m.InvoicedInclMinor,
		PaidMinor: m.PaidMinor, LeftToPayMinor: m.LeftToPayMinor, CreditMinor: m.CreditMinor, LeftToInvoice: m.LeftToInvoice, OverMinor: m.OverMinor, Others: []string{}},
		Milestones: []ContractMilestoneMoney{}, Papers: []ContractPaper{}, Recurring: []ContractTemplate{}, Whole: m.Whole, Loose: m.Loose}
	for _, o := range m.Others {
		v.Figures.Others = append(v.Figures.Others, string(o))
	}
	for _, x := range m.Milestones {
		v.Milestones = append(v.Milestones, ContractMilestoneMoney{ID: x.PublicID, Title: x.Title, DueOn: x.DueOn.String(), State: x.State, AmountMinor: x.AmountMinor, Bill: x.Bill, Billing: string(x.Billing),
			Billable: contract.Billable(x.Billing) && x.State != "cancelled", Papers: x.Papers})
	}
	for _, p := range m.Papers {
		v.Papers = append(v.Papers, ContractPaper{ID: p.PublicID, Kind: string(p.Kind), Number: p.Number, IssueDate: p.IssueDate.String(), DueDate: p.DueDate.String(), Currency: string(p.Currency),
			ExclMinor: p.ExclMinor, InclMinor: p.InclMinor, PaidMinor: p.PaidMinor, DueMinor: p.DueMinor, State: string(p.State), ByHand: p.ByHand})
	}
	for _, r := range m.Recurring {
		v.Recurring = append(v.Recurring, ContractTemplate{ID: r.PublicID, State: r.State})
	}
	return v
}
