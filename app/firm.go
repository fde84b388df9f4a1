package app

import (
	"context"
	"net/http"
	"net/url"

	"comptoir/core/actor"
	"comptoir/office/company"
	"comptoir/office/provider"
	"comptoir/office/sales"
	rules "comptoir/rules/provider"
)

// Support gives the section Soutien technique.
func (s *Settings) Support() (company.Support, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Support{}, err
	}
	return h.Company.Support(s.desk.ctx, who)
}

// SaveSupport changes it, whole or not at all.
func (s *Settings) SaveSupport(in company.Support) (company.Support, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.Support{}, err
	}
	saved, err := h.Company.SaveSupport(s.desk.ctx, who, in)
	if err == nil {
		s.desk.app.hub.Changed("company")
	}
	return saved, err
}

// PhoneSystem gives the telephone system and the default provider; provisioning alone sets them.
func (s *Settings) PhoneSystem() (company.PhoneSystem, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return company.PhoneSystem{}, err
	}
	return h.Company.PhoneSystem(s.desk.ctx, who)
}

// BillingAccount is bound to the window: the firm's account with its provider, behind the customer account number.
type BillingAccount struct{ desk *desk }

// AccountFigure is the total of a month in one currency.
type AccountFigure struct {
	Currency    string `json:"currency"`
	SoldMinor   int64  `json:"soldMinor"` // of the indirect mode
	CostMinor   int64  `json:"costMinor"`
	AmountMinor int64  `json:"amountMinor"`
}

// AccountRow is a month in the list of a year.
type AccountRow struct {
	Month   string          `json:"month"`
	Mode    string          `json:"mode"`
	Figures []AccountFigure `json:"figures"`
	LeftOut int             `json:"leftOut"` // lines in no total
}

// AccountYear is a year of the account.
type AccountYear struct {
	Year          int          `json:"year"`
	Earliest      int          `json:"earliest"`
	Latest        int          `json:"latest"`
	AccountNumber string       `json:"accountNumber"`
	Mode          string       `json:"mode"`
	Months        []AccountRow `json:"months"`
}

// AccountLine is a line of a document behind a figure.
type AccountLine struct {
	DocumentID  string `json:"documentId"`
	Credit      bool   `json:"credit"`
	Number      string `json:"number"`
	Customer    string `json:"customer"`
	On          string `json:"on"`
	Name        string `json:"name"`
	QuantityE4  int64  `json:"quantityE4"`
	SoldMinor   int64  `json:"soldMinor"`
	CostMinor   int64  `json:"costMinor"`
	AmountMinor int64  `json:"amountMinor"`
}

// AccountService is what one service came to in a month.
type AccountService struct {
	Code        string        `json:"code"`
	Name        string        `json:"name"`
	Provider    string        `json:"provider"`
	QuantityE4  int64         `json:"quantityE4"`
	SoldMinor   int64         `json:"soldMinor"`
	CostMinor   int64         `json:"costMinor"`
	AmountMinor int64         `json:"amountMinor"`
	Lines       []AccountLine `json:"lines"`
	More        int           `json:"more"` // lines that are not shown
}

// AccountPart is a month in one currency.
type AccountPart struct {
	AccountFigure
	Services []AccountService `json:"services"`
}

// AccountLeft are lines in no total, and why.
type AccountLeft struct {
	Reason    string        `json:"reason"`
	Currency  string        `json:"currency"`
	SoldMinor int64         `json:"soldMinor"`
	Count     int           `json:"count"`
	Lines     []AccountLine `json:"lines"`
	More      int           `json:"more"`
}

// AccountMonth is a month of the account with the documents behind its figures.
type AccountMonth struct {
	Month         string        `json:"month"`
	Mode          string        `json:"mode"`
	AccountNumber string        `json:"accountNumber"`
	Parts         []AccountPart `json:"parts"`
	LeftOut       []AccountLeft `json:"leftOut"`
	PDFHref       string        `json:"pdfHref"`
	CSVHref       string        `json:"csvHref"`
	XLSXHref      string        `json:"xlsxHref"`
}

// Year gives the months of a year, the newest first; 0 is the running year.
func (s *BillingAccount) Year(year int) (AccountYear, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountYear{}, err
	}
	y, err := h.Provider.Year(s.desk.ctx, who, year)
	if err != nil {
		return AccountYear{}, err
	}
	now, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return AccountYear{}, err
	}
	v := AccountYear{Year: y.Year, Earliest: y.Earliest, Latest: now.Today(h.DB.Now()).Year, AccountNumber: y.AccountNumber, Mode: string(y.Mode), Months: []AccountRow{}}
	for _, m := range y.Months {
		row := AccountRow{Month: string(m.Month), Mode: string(m.Mode), Figures: []AccountFigure{}}
		for _, a := range m.Accounts {
			row.Figures = append(row.Figures, figureOf(a))
		}
		for _, x := range m.LeftOut {
			row.LeftOut += len(x.Lines)
		}
		v.Months = append(v.Months, row)
	}
	return v, nil
}

func figureOf(a rules.Account) AccountFigure {
	return AccountFigure{Currency: string(a.Currency), SoldMinor: a.SoldMinor, CostMinor: a.CostMinor, AmountMinor: a.AmountMinor}
}

// Month gives one month, "2026-03".
func (s *BillingAccount) Month(month string) (AccountMonth, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return AccountMonth{}, err
	}
	st, err := h.Provider.Month(s.desk.ctx, who, month)
	if err != nil {
		return AccountMonth{}, err
	}
	href := func(form string) string {
		return "/files/account/" + url.PathEscape(string(st.Month)) + "/statement." + form
	}
	v := AccountMonth{Month: string(st.Month), Mode: string(st.Mode), AccountNumber: st.AccountNumber, Parts: []AccountPart{}, LeftOut: []AccountLeft{}, PDFHref: href("pdf"), CSVHref: href("csv"), XLSXHref: href("xlsx")}
	for _, a := range st.Accounts {
		v.Parts = append(v.Parts, partOf(a))
	}
	for _, x := range st.LeftOut {
		left := AccountLeft{Reason: string(x.Reason), Currency: string(x.Currency), SoldMinor: x.SoldMinor, Count: len(x.Lines), Lines: []AccountLine{}}
		for i, l := range x.Lines {
			if i == shownLines {
				left.More = len(x.Lines) - i
				break
			}
			line := accountLine(l)
			if line.SoldMinor = l.RevenueMinor; l.Credit {
				line.SoldMinor = -line.SoldMinor
			}
			left.Lines = append(left.Lines, line)
		}
		v.LeftOut = append(v.LeftOut, left)
	}
	return v, nil
}

func partOf(a rules.Account) AccountPart {
	part := AccountPart{AccountFigure: figureOf(a), Services: []AccountService{}}
	for _, x := range a.Services {
		v := AccountService{Code: x.Code, Name: x.Name, Provider: x.Provider, QuantityE4: x.QuantityE4, SoldMinor: x.SoldMinor, CostMinor: x.CostMinor, AmountMinor: x.AmountMinor, Lines: []AccountLine{}}
		for i, e := range x.Entries {
			if i == shownLines {
				v.More = len(x.Entries) - i
				break
			}
			line := accountLine(e.Line)
			line.SoldMinor, line.CostMinor, line.AmountMinor = e.SoldMinor, e.CostMinor, e.AmountMinor
			v.Lines = append(v.Lines, line)
		}
		part.Services = append(part.Services, v)
	}
	return part
}

func accountLine(l rules.Line) AccountLine {
	v := AccountLine{DocumentID: l.DocumentID, Credit: l.Credit, Number: l.Number, Customer: l.Customer, On: l.On.String(), Name: l.Name, QuantityE4: l.QuantityE4}
	if l.Credit {
		v.QuantityE4 = -v.QuantityE4
	}
	return v
}

// accountRoutes are the files of the account: .pdf, .csv, .xlsx.
func (a *App) accountRoutes(mux *http.ServeMux) {
	mux.Handle("GET /files/account/{month}/{name}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Provider.File(ctx, who, formOf(r.PathValue("name")), r.PathValue("month"))
	}))
}

// wireProvider makes the room of the account with the provider.
func (h *House) wireProvider(p provider.Printer) {
	h.Provider = provider.New(provider.Deps{DB: h.DB, Printer: p, Logo: h.Company.Logo})
}
