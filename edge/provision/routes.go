package provision

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/fault"
	"comptoir/office/company"
	"comptoir/office/provisioning"
)

type route struct {
	method  string
	pattern string
	scope   provisioning.Scope
	do      func(*call) error
}

// routes is every address that wants a token. Each stands in openapi.json, or a test fails.
var routes = []route{
	{"GET", "/accounts", provisioning.AccountsRead, (*call).accounts},
	{"POST", "/accounts", provisioning.AccountsWrite, (*call).createAccount},
	{"GET", "/accounts/{code}", provisioning.AccountsRead, (*call).account},
	{"PUT", "/accounts/{code}", provisioning.AccountsWrite, (*call).replaceAccount},
	{"PATCH", "/accounts/{code}", provisioning.AccountsWrite, (*call).changeAccount},
	{"POST", "/accounts/{code}/suspend", provisioning.AccountsWrite, (*call).suspendAccount},
	{"POST", "/accounts/{code}/resume", provisioning.AccountsWrite, (*call).resumeAccount},
	{"PUT", "/phone-system", provisioning.PhoneWrite, (*call).setPhoneSystem},
	{"GET", "/documents", provisioning.DocumentsRead, (*call).documents},
	{"GET", "/documents/{number}", provisioning.DocumentsRead, (*call).document},
	{"GET", "/documents/{number}/pdf", provisioning.DocumentsRead, (*call).pdf},
	{"GET", "/payments", provisioning.PaymentsRead, (*call).payments},
}

// page is one page of a list; nextCursor is "" on the last one.
type page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor"`
}

// query gives the parameters of the address: those that are named here, each once.
func (c *call) query(names ...string) (url.Values, error) {
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, errBroken.With(err)
	}
	var form fault.Form
	for name, values := range q {
		switch {
		case !slices.Contains(names, name):
			form.Add(name[:min(len(name), 60)], "fault.api.unknown")
		case len(values) > 1:
			form.Add(name, "fault.api.twice")
		case len(values[0]) > 200:
			form.MaxLen(name, values[0], 200)
		}
	}
	return q, form.Err()
}

// limitOf gives the size that is asked for: 0 where none is, below it what is no number.
func limitOf(q url.Values) int {
	if !q.Has("limit") {
		return 0
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n == 0 {
		return -1
	}
	return n
}

// key gives the caller's Idempotency-Key.
func (c *call) key() (string, error) {
	k := c.r.Header.Get("Idempotency-Key")
	if len(k) > 255 || strings.ContainsFunc(k, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", fault.New(fault.Invalid, "fault.api.key")
	}
	return k, nil
}

// version gives the one that If-Match names, 0 without it.
func (c *call) version() (int64, error) {
	m := strings.TrimSpace(c.r.Header.Get("If-Match"))
	if m == "" || m == "*" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.Trim(m, `"`), 10, 64)
	if err != nil || n < 1 || !strings.HasPrefix(m, `"`) {
		return 0, errMatch
	}
	return n, nil
}

func (c *call) give(status int, a provisioning.Account) error {
	c.w.Header().Set("ETag", `"`+strconv.FormatInt(a.Version, 10)+`"`)
	return c.answer(status, a)
}

func (c *call) accounts() error {
	q, err := c.query("updatedSince", "cursor", "limit")
	if err != nil {
		return err
	}
	list, next, err := c.api.Office.Accounts(c.r.Context(), c.who, provisioning.AccountsQuery{Since: q.Get("updatedSince"), After: q.Get("cursor"), Limit: limitOf(q)})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, page[provisioning.Account]{list, next})
}

func (c *call) createAccount() error {
	key, err := c.key()
	if err != nil {
		return err
	}
	var in provisioning.Change
	if err := c.read(&in); err != nil {
		return err
	}
	a, made, err := c.api.Office.CreateAccount(c.r.Context(), c.who, key, in)
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", Base+"/accounts/"+url.PathEscape(a.ExternalCode))
	if made {
		return c.give(http.StatusCreated, a)
	}
	return c.give(http.StatusOK, a)
}

func (c *call) account() error {
	a, err := c.api.Office.Account(c.r.Context(), c.who, c.r.PathValue("code"))
	if err != nil {
		return err
	}
	return c.give(http.StatusOK, a)
}

func (c *call) replaceAccount() error { return c.update(true) }

func (c *call) changeAccount() error { return c.update(false) }

func (c *call) update(whole bool) error {
	v, err := c.version()
	if err != nil {
		return err
	}
	var in provisioning.Change
	if err := c.read(&in); err != nil {
		return err
	}
	a, err := c.api.Office.UpdateAccount(c.r.Context(), c.who, provisioning.Update{Code: c.r.PathValue("code"), Whole: whole, Version: v, Change: in})
	if err != nil {
		return err
	}
	return c.give(http.StatusOK, a)
}

// suspension is what a call may say of why an account is suspended, or let in again.
type suspension struct {
	Reason string `json:"reason"`
}

func (c *call) suspendAccount() error { return c.suspend(true) }

func (c *call) resumeAccount() error { return c.suspend(false) }

func (c *call) suspend(suspended bool) error {
	var in suspension
	if err := c.readAny(&in); err != nil {
		return err
	}
	a, err := c.api.Office.SuspendAccount(c.r.Context(), c.who, provisioning.Suspension{Code: c.r.PathValue("code"), Suspended: suspended, Reason: in.Reason})
	if err != nil {
		return err
	}
	return c.give(http.StatusOK, a)
}

// phoneSystem is what a call says of the telephone system.
type phoneSystem struct {
	PBX      string `json:"pbx"`
	Provider string `json:"provider"`
}

func (c *call) setPhoneSystem() error {
	key, err := c.key()
	if err != nil {
		return err
	}
	var in phoneSystem
	if err := c.read(&in); err != nil {
		return err
	}
	p, err := c.api.Office.SetPhoneSystem(c.r.Context(), c.who, key, company.PhoneSystem{PBX: in.PBX, Provider: in.Provider})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, phoneSystem{p.PBX, p.Provider})
}

func (c *call) documents() error {
	q, err := c.query("kind", "account", "issuedFrom", "issuedTo", "cursor", "limit")
	if err != nil {
		return err
	}
	list, next, err := c.api.Office.Documents(c.r.Context(), c.who, provisioning.DocumentsQuery{Kind: q.Get("kind"), Account: q.Get("account"), From: q.Get("issuedFrom"), To: q.Get("issuedTo"), After: q.Get("cursor"), Limit: limitOf(q)})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, page[provisioning.Document]{list, next})
}

func (c *call) document() error {
	d, err := c.api.Office.Document(c.r.Context(), c.who, c.r.PathValue("number"))
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, d)
}

func (c *call) pdf() error {
	select {
	case c.api.drawing <- struct{}{}:
		defer func() { <-c.api.drawing }()
	default:
		return fault.New(fault.Unavailable, "fault.api.busy")
	}
	f, err := c.api.Office.PDF(c.r.Context(), c.who, c.r.PathValue("number"))
	if err != nil {
		return err
	}
	return c.paper(f)
}

func (c *call) payments() error {
	q, err := c.query("account", "receivedFrom", "receivedTo", "cursor", "limit")
	if err != nil {
		return err
	}
	list, next, err := c.api.Office.Payments(c.r.Context(), c.who, provisioning.PaymentsQuery{Account: q.Get("account"), From: q.Get("receivedFrom"), To: q.Get("receivedTo"), After: q.Get("cursor"), Limit: limitOf(q)})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, page[provisioning.Payment]{list, next})
}
