package app

import "comptoir/office/sales"

// CreditMark is a credit note that was made from an invoice.
type CreditMark struct {
	ID         string `json:"id"`
	Number     string `json:"number"`
	IssueDate  string `json:"issueDate"`
	TotalMinor int64  `json:"totalMinor"`
	Reason     string `json:"reason"`
}

// CreditUse is a part of a credit note and where it went, or the credit note that came.
type CreditUse struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	On          string `json:"on"`
	AmountMinor int64  `json:"amountMinor"`
	Refund      bool   `json:"refund"`
}

// Settlement is what deposits, credit notes and retention money do to a document.
type Settlement struct {
	Kind          string        `json:"kind"`
	Reason        string        `json:"reason"`
	Preceding     *DocumentMark `json:"preceding"` // of a credit note: its invoice
	Quote         *DocumentMark `json:"quote"`
	Deposits      []DepositView `json:"deposits"` // taken off
	PrepaidMinor  int64         `json:"prepaidMinor"`
	AmountDue     int64         `json:"amountDue"` // as printed
	CreditedMinor int64         `json:"creditedMinor"`
	Credits       []CreditMark  `json:"credits"`
	Uses          []CreditUse   `json:"uses"`
	RetentionPCM  int64         `json:"retentionPcm"`
	RetainedMinor int64         `json:"retainedMinor"`
	RetainedUntil string        `json:"retainedUntil"`
	DueOn         string        `json:"dueOn"` // when what is left falls due
}

func settlementOf(x sales.Document) Settlement {
	v := Settlement{Kind: string(x.Kind), Reason: x.Reason, Deposits: []DepositView{}, PrepaidMinor: x.Totals.Prepaid, AmountDue: x.Totals.AmountDue, CreditedMinor: x.CreditedMinor,
		Credits: []CreditMark{}, Uses: []CreditUse{}, RetentionPCM: x.RetentionPCM, RetainedMinor: x.RetainedMinor, RetainedUntil: x.RetainedUntil.String(), DueOn: x.DueOn.String()}
	for _, r := range []struct {
		from *sales.DocumentRef
		into **DocumentMark
	}{{x.Preceding, &v.Preceding}, {x.Quote, &v.Quote}} {
		if r.from != nil {
			m := documentMark(*r.from)
			*r.into = &m
		}
	}
	for _, d := range x.Deposits {
		v.Deposits = append(v.Deposits, DepositView{ID: d.PublicID, Number: d.Number, IssueDate: d.IssueDate.String(), NetMinor: d.NetMinor, TaxMinor: d.TaxMinor})
	}
	for _, c := range x.Credits {
		v.Credits = append(v.Credits, CreditMark{ID: c.PublicID, Number: c.Number, IssueDate: c.IssueDate.String(), TotalMinor: c.TotalMinor, Reason: c.Reason})
	}
	for _, u := range x.Uses {
		v.Uses = append(v.Uses, CreditUse{ID: u.PublicID, Number: u.Number, On: u.On.String(), AmountMinor: u.AmountMinor, Refund: u.Refund})
	}
	return v
}
