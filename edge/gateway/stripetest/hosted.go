package stripetest

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// The pages on which a person, or a browser in a test, does what Pay and Holder do.
var hostedPages = template.Must(template.New("pay").Parse(`<!doctype html><html lang="{{.Lang}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Imitation of Stripe</title><body style="font:16px sans-serif;max-width:30em;margin:2em auto">
<h1>Imitation of Stripe</h1>{{with .Error}}<p role="alert">{{.}}</p>{{end}}
{{if .Holder}}<p>Your bank asks you to confirm.</p>
<form method="post"><button name="say" value="yes">Confirm</button> <button name="say" value="no">Refuse</button></form>
{{else}}<p>{{.What}}</p>
<form method="post"><label>Card or IBAN <input name="number" value="{{.Number}}" autocomplete="off"></label> <button>Pay</button></form>
<p><a href="{{.Cancel}}">Back</a></p>{{end}}`))

type hostedPage struct {
	Lang, Error, What, Number, Cancel string
	Holder                            bool
}

func (f *Fake) servePages(w http.ResponseWriter, r *http.Request) {
	part, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch part {
	case "pay":
		f.servePay(w, r, id)
	case "holder":
		f.serveHolder(w, r, id)
	case "favicon.ico":
		w.WriteHeader(http.StatusNoContent)
	default:
		http.NotFound(w, r)
	}
}

func (f *Fake) servePay(w http.ResponseWriter, r *http.Request, id string) {
	p := hostedPage{Number: Card}
	status := ""
	if f.of(id, func(_ *call, o object) {
		p.Lang, p.What, p.Cancel, status = o.text("locale"), o.text("name")+" "+digits(o.number("amount_total"))+" "+o.text("currency"), o.text("cancel_url"), o.text("status")
	}) != nil {
		http.NotFound(w, r)
		return
	}
	if status != "open" {
		http.Error(w, "this page is closed", http.StatusGone)
		return
	}
	if r.Method == http.MethodPost {
		paid, err := f.Pay(id, r.FormValue("number"))
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusGone)
			return
		case paid.Holder != "":
			http.Redirect(w, r, paid.Holder, http.StatusSeeOther)
			return
		case paid.Declined == "":
			http.Redirect(w, r, paid.BackTo, http.StatusSeeOther)
			return
		}
		p.Error, p.Number = paid.Declined, r.FormValue("number")
	}
	show(w, p)
}

func (f *Fake) serveHolder(w http.ResponseWriter, r *http.Request, id string) {
	back := ""
	if f.of(id, func(c *call, o object) {
		back = o.text("return_url")
		if page := c.pageOf(id); page != nil {
			back = page.text("success_url")
			if r.FormValue("say") == "no" { // the page lets the customer try another card
				back = c.f.URL + "/pay/" + page.text("id")
			}
		}
	}) != nil {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		show(w, hostedPage{Lang: "en", Holder: true})
		return
	}
	if _, err := f.Holder(id, r.FormValue("say") == "yes"); err != nil {
		http.Error(w, err.Error(), http.StatusGone)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

func show(w http.ResponseWriter, p hostedPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := hostedPages.Execute(w, p); err != nil {
		panic(err)
	}
}
