package customers

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/office/company"
)

// Limits of what a group writes, in characters: far above what anybody reads.
const (
	wordsMost     = 4_000
	termsMost     = 60_000
	subjectMost   = 200
	bodyMost      = 10_000
	questionsMost = 30
	choicesMost   = 40
	labelMost     = 200
)

// checkPortal normalises the tab Configuration portail and refuses, beside each field, what
// cannot be. Paths: texts.<field>.fr, termsFr, taxFormat, taxMask, emailHelpUrl,
// questions.<i>.labelFr, questions.<i>.choicesEn.
func checkPortal(p GroupPortal) (GroupPortal, error) {
	var form fault.Form
	p.Texts = slices.Clone(p.Texts)
	seen := []string{}
	for i := range p.Texts {
		t := &p.Texts[i]
		text.Each(clean, &t.FR, &t.EN)
		form.MaxLen("texts."+t.Field+".fr", t.FR, wordsMost)
		form.MaxLen("texts."+t.Field+".en", t.EN, wordsMost)
		if !slices.Contains(TextFields(), t.Field) || slices.Contains(seen, t.Field) {
			form.Add("texts", "fault.choice")
		}
		seen = append(seen, t.Field)
	}
	text.Each(clean, &p.TermsFR, &p.TermsEN)
	form.MaxLen("termsFr", p.TermsFR, termsMost)
	form.MaxLen("termsEn", p.TermsEN, termsMost)
	if p.TermsFR == "" && p.TermsEN != "" {
		form.Add("termsFr", "fault.group.both_languages")
	}
	if p.TermsEN == "" && p.TermsFR != "" {
		form.Add("termsEn", "fault.group.both_languages")
	}
	checkFormat(&form, &p)
	checkQuestions(&form, &p)
	return p, form.Err()
}

// clean keeps the lines of a text and drops what surrounds it.
func clean(s string) string { return strings.TrimSpace(text.Clean(s)) }

func checkFormat(form *fault.Form, p *GroupPortal) {
	if p.TaxFormat != "free" {
		p.TaxMask = ""
	}
	if e, ok := fault.As(p.Format().Valid()); ok {
		path := "taxMask"
		if e.Key == "fault.taxid.preset" {
			path = "taxFormat"
		}
		form.Merge("", &fault.Error{Code: fault.Invalid, Fields: []fault.Field{{Path: path, Key: e.Key, Args: e.Args}}})
	}
	p.EmailHelpURL = strings.TrimSpace(p.EmailHelpURL)
	form.MaxLen("emailHelpUrl", p.EmailHelpURL, 500)
	if p.EmailHelpURL == "" {
		return
	}
	u, err := url.Parse(p.EmailHelpURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(p.EmailHelpURL, " \"'<>\\\r\n\t") {
		form.Add("emailHelpUrl", "fault.group.web_address")
	}
}

func checkQuestions(form *fault.Form, p *GroupPortal) {
	if len(p.Questions) > questionsMost {
		form.Add("questions", "fault.range", "min", 0, "max", questionsMost)
		return
	}
	p.Questions = slices.Clone(p.Questions)
	for i := range p.Questions {
		x := &p.Questions[i]
		at := fmt.Sprintf("questions.%d.", i)
		text.Each(text.Line, &x.LabelFR, &x.LabelEN)
		for path, label := range map[string]string{"labelFr": x.LabelFR, "labelEn": x.LabelEN} {
			form.Need(at+path, label)
			form.MaxLen(at+path, label, labelMost)
		}
		switch x.Kind {
		case "text", "yes_no":
			x.ChoicesFR, x.ChoicesEN = []string{}, []string{}
		case "choice":
			checkChoicesOf(form, at, x)
		default:
			form.Add(at+"kind", "fault.choice")
		}
	}
}

func checkChoicesOf(form *fault.Form, at string, x *GroupQuestion) {
	if len(x.ChoicesFR) < 2 || len(x.ChoicesFR) > choicesMost {
		form.Add(at+"choicesFr", "fault.range", "min", 2, "max", choicesMost)
	}
	if len(x.ChoicesEN) != len(x.ChoicesFR) {
		form.Add(at+"choicesEn", "fault.group.both_languages")
	}
	x.ChoicesFR, x.ChoicesEN = slices.Clone(x.ChoicesFR), slices.Clone(x.ChoicesEN)
	for path, list := range map[string][]string{"choicesFr": x.ChoicesFR, "choicesEn": x.ChoicesEN} {
		for j := range list {
			text.Each(text.Line, &list[j])
			form.Need(at+path, list[j])
			form.MaxLen(at+path, list[j], labelMost)
			if list[j] != "" && slices.Contains(list[:j], list[j]) {
				form.Add(at+path, "fault.group.choice_twice", "choice", list[j])
			}
		}
	}
}

// checkMails normalises the tab Courriels portail and refuses, beside each field, what cannot
// be: an unknown placeholder with its name and where it stands. Paths: requestsTo, mailsFrom,
// mails.<kind>.subjectFr, mails.<kind>.bodyEn.
func checkMails(m GroupMails) (GroupMails, error) {
	var form fault.Form
	company.Field(&form, "requestsTo", &m.RequestsTo, ident.CheckEmail)
	company.Field(&form, "mailsFrom", &m.MailsFrom, ident.CheckEmail)
	m.Mails = slices.Clone(m.Mails)
	seen := []string{}
	for i := range m.Mails {
		x := &m.Mails[i]
		if !slices.Contains(AccessKinds(), x.Kind) || slices.Contains(seen, x.Kind) {
			form.Add("mails", "fault.choice")
		}
		seen = append(seen, x.Kind)
		for lang, end := range map[string]string{"fr": "Fr", "en": "En"} {
			subject, body := x.in(lang)
			text.Each(text.Line, subject)
			text.Each(clean, body)
			checkMailWords(&form, "mails."+x.Kind+".subject"+end, *subject, "mails."+x.Kind+".body"+end, *body)
		}
	}
	return m, form.Err()
}

func checkMailWords(form *fault.Form, subjectAt, subject, bodyAt, body string) {
	form.MaxLen(subjectAt, subject, subjectMost)
	accessWords.Check(form, subjectAt, subject, true)
	form.MaxLen(bodyAt, body, bodyMost)
	accessWords.Check(form, bodyAt, body, false)
}
