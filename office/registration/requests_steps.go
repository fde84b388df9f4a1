package registration

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/rules/taxid"
)

// Typed is what a page of the five brings; each step reads its own part.
type Typed struct {
	Form         RequestForm
	Answers      map[string]string // by the question's public id
	Accepted     bool              // the terms
	TermsVersion int64             // that were shown
	Lang         locale.Lang       // of the page
	Address      string            // of the network
}

// RequestToken derives a request's reference from the key file: the cookie holds it and the mailed
// link says it again, while the file holds its hash only.
func (s *Service) RequestToken(publicID string) string {
	m := hmac.New(sha256.New, s.Key)
	_, _ = fmt.Fprintf(m, "request/%s", publicID) // a hash never fails
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Door is the first step of a group before anything is kept. Groups that take nobody are not found.
func (s *Service) Door(ctx context.Context, groupID string, lang locale.Lang) (r Request, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		g, err := q.GroupToRegister(ctx, groupID)
		if err != nil {
			return db.NotFound(err)
		}
		r, err = s.seen(ctx, q, gen.GroupOfRequestRow(g), gen.AccessRequest{State: Draft, Form: "{}", Language: lang}, lang)
		return err
	})
	return r, err
}

// BeginRequest keeps that the terms were accepted, and gives the visitor's reference.
func (s *Service) BeginRequest(ctx context.Context, groupID string, in Typed) (token string, err error) {
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		token, refused = "", nil
		g, err := tx.GroupToRegister(ctx, groupID)
		if err != nil {
			return db.NotFound(err)
		}
		terms, refusal, err := accepting(ctx, tx, g.ID, in)
		if err != nil || refusal != nil {
			refused = refusal
			return err
		}
		if err := forgetRequests(ctx, tx); err != nil {
			return err
		}
		if refused, err = s.mayBegin(ctx, tx, in.Address); err != nil || refused != nil {
			return err
		}
		open, err := tx.CountDraftRequests(ctx, tx.Stamp())
		if err != nil {
			return err
		}
		if open >= draftsMost {
			refused = fault.New(fault.Unavailable, "fault.busy")
			return nil
		}
		form, err := json.Marshal(RequestForm{Language: in.Lang})
		if err != nil {
			return err
		}
		p := gen.InsertRequestParams{PublicID: s.IDs(), GroupID: g.ID, Language: in.Lang, Form: string(form), TermsAddress: in.Address, Now: tx.Stamp(), ExpiresAt: db.Stamp(tx.Now.Add(UnprovedLife))}
		if terms != 0 {
			p.TermsID, p.TermsAt, p.TermsLang = &terms, ptr(tx.Stamp()), in.Lang
		}
		token = s.RequestToken(p.PublicID)
		p.TokenHash = hashOf(token)
		_, err = tx.InsertRequest(ctx, p)
		return err
	})
	if err == nil {
		err = refused
	}
	return token, err
}

// accepting gives the terms that a form accepts, 0 where the group has none.
func accepting(ctx context.Context, tx *db.Tx, groupID int64, in Typed) (terms int64, refused, err error) {
	t, err := customers.CurrentTerms(ctx, tx.Queries, groupID)
	if err != nil || t.FR == "" {
		return 0, nil, err
	}
	var form fault.Form
	switch {
	case !in.Accepted:
		form.Add("terms", "fault.signup.terms")
	case in.TermsVersion != t.Version:
		form.Add("terms", "fault.subscription.terms_changed")
	}
	return t.ID, form.Err(), nil
}

// LoadRequest gives the request of a reference in the visitor's language, with the group's message of
// the step. One whose group has closed its portal is not found.
func (s *Service) LoadRequest(ctx context.Context, token string, lang locale.Lang, step Step) (r Request, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, g, err := s.request(ctx, q, token, s.DB.Now())
		if err != nil {
			return err
		}
		if r, err = s.seen(ctx, q, g, row, lang); err != nil {
			return err
		}
		texts, err := customers.PortalTexts(ctx, q, g.ID, lang)
		r.Message = texts[r.words(step)]
		if step == StepStatus && r.Free && !r.Editable() && r.Message == customers.ShippedText(lang, "status_complete") {
			r.Message = "" // it says that the firm will look at it
		}
		return err
	})
	return r, err
}

// words names the group's text of a step. The status has one while something is missing, and one when
// the request is done with; where a group takes everybody an open access and a request that waits read
// the same.
func (r Request) words(step Step) string {
	switch {
	case step != StepStatus:
		return "step_" + string(step)
	case r.Editable() && len(r.Missing) > 0:
		return "status_incomplete"
	case r.State == Sent, r.State == Approved && r.Free:
		return "status_complete"
	}
	return ""
}

func (s *Service) request(ctx context.Context, q *gen.Queries, token string, now time.Time) (row gen.AccessRequest, g gen.GroupOfRequestRow, err error) {
	if len(token) != 43 {
		return row, g, ErrNoRequest
	}
	row, err = q.RequestByToken(ctx, gen.RequestByTokenParams{TokenHash: hashOf(token), Now: db.Stamp(now)})
	if err == nil {
		g, err = q.GroupOfRequest(ctx, row.GroupID)
	}
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		err = ErrNoRequest
	}
	return row, g, err
}

// seen makes the visitor's view of a row.
func (s *Service) seen(ctx context.Context, q *gen.Queries, g gen.GroupOfRequestRow, row gen.AccessRequest, lang locale.Lang) (r Request, err error) {
	format := taxid.Format{Preset: g.TaxFormat, Mask: g.TaxMask}
	r = Request{PublicID: row.PublicID, GroupID: g.PublicID, Group: g.Name, State: row.State, EmailProved: row.EmailProved != nil, CodeTries: max(CodeMost-int(row.Tries), 0),
		Format: Format{format.Preset, format.Pattern(), format.Example()}, HelpURL: g.EmailHelpUrl, Free: g.Free != 0, Words: row.Words, Version: row.Version}
	if err := json.Unmarshal([]byte(row.Form), &r.Form); err != nil {
		return r, fmt.Errorf("registration: form: %w", err)
	}
	for at, to := range map[*string]*string{row.SentAt: &r.SentAt, row.DecidedAt: &r.DecidedAt, row.TermsAt: &r.Terms.AcceptedAt} {
		if at != nil {
			*to = *at
		}
	}
	if row.CodeUntil != nil {
		if r.CodeUntil, err = time.Parse(db.TimeFormat, *row.CodeUntil); err != nil {
			return r, err
		}
	}
	t, err := customers.CurrentTerms(ctx, q, g.ID)
	if err != nil {
		return r, err
	}
	if t.FR != "" {
		r.Terms.Version, r.Terms.Words = t.Version, t.In(lang)
		r.Terms.Accepted = row.TermsID != nil && *row.TermsID == t.ID
	}
	texts, err := customers.PortalTexts(ctx, q, g.ID, lang)
	if err != nil {
		return r, err
	}
	r.Message = texts["step_terms"]
	if r.Questions, err = asked(ctx, q, g.ID, row.ID, lang); err != nil {
		return r, err
	}
	r.Missing = r.missing()
	return r, nil
}

// asked gives the group's questions with what was answered, a choice in the page's language.
func asked(ctx context.Context, q *gen.Queries, groupID, requestID int64, lang locale.Lang) ([]Question, error) {
	all, err := customers.Questions(ctx, q, groupID)
	if err != nil {
		return nil, err
	}
	rows, err := q.AnswersOfRequest(ctx, requestID)
	if err != nil {
		return nil, err
	}
	list := make([]Question, 0, len(all))
	for _, x := range all {
		one := Question{ID: x.PublicID, Kind: x.Kind, Label: x.LabelFR, Choices: x.ChoicesFR, Mandatory: x.Mandatory}
		if lang == locale.EN {
			one.Label, one.Choices = x.LabelEN, x.ChoicesEN
		}
		for _, a := range rows {
			if a.PublicID != x.PublicID {
				continue
			}
			one.Answer = a.Answer
			for i := range one.Choices {
				if a.Answer == x.ChoicesFR[i] || a.Answer == x.ChoicesEN[i] {
					one.Answer = one.Choices[i]
				}
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// missing lists what a request lacks before it can be sent, in the order of the steps.
func (r Request) missing() []Missing {
	list := []Missing{}
	add := func(lacks bool, step Step, what string) {
		if lacks {
			list = append(list, Missing{step, "portal.register.missing." + what})
		}
	}
	add(r.Terms.Version > 0 && !r.Terms.Accepted, StepTerms, "terms")
	add(r.Form.Email == "", StepContact, "contact")
	add(r.Form.Email != "" && !r.EmailProved, StepContact, "email")
	add(r.Form.Company == "", StepCompany, "company")
	open := false
	for _, q := range r.Questions {
		open = open || q.Mandatory && q.Answer == ""
	}
	add(open, StepQuestions, "questions")
	return list
}

// SaveStep keeps what one step brings, or refuses it beside its fields and keeps nothing of it. The
// step of the contact mails a code where the address is not proved.
func (s *Service) SaveStep(ctx context.Context, token string, step Step, in Typed) error {
	return s.change(ctx, token, func(ctx context.Context, tx *db.Tx, row gen.AccessRequest, g gen.GroupOfRequestRow) (refused, err error) {
		switch step { //nolint:exhaustive // the others keep nothing
		case StepTerms:
			return acceptAgain(ctx, tx, row, in)
		case StepContact:
			return s.saveContact(ctx, tx, row, in)
		case StepCompany:
			return saveCompany(ctx, tx, row, taxid.Format{Preset: g.TaxFormat, Mask: g.TaxMask}, in)
		case StepQuestions:
			return saveAnswers(ctx, tx, row, in)
		}
		return nil, fault.New(fault.Invalid, "fault.invalid") // the status is not saved
	})
}

func acceptAgain(ctx context.Context, tx *db.Tx, row gen.AccessRequest, in Typed) (refused, err error) {
	id, refused, err := accepting(ctx, tx, row.GroupID, in)
	if err != nil || refused != nil || id == 0 || row.TermsID != nil && *row.TermsID == id {
		return refused, err
	}
	_, err = tx.AcceptRequestTerms(ctx, gen.AcceptRequestTermsParams{ID: row.ID, TermsID: &id, Now: ptr(tx.Stamp()), TermsLang: in.Lang, TermsAddress: in.Address})
	return nil, err
}

// userName is what may be wished: an address only where it is one's own.
var userName = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{2,59}$`)

// CheckContactStep normalises the second step and refuses beside its fields.
func CheckContactStep(f *RequestForm) error {
	var form fault.Form
	text.Each(text.Line, &f.Name, &f.UserName)
	form.Need("name", f.Name)
	form.MaxLen("name", f.Name, 100)
	company.NoAddress(&form, "name", f.Name)
	form.Need("email", f.Email)
	company.Field(&form, "email", &f.Email, ident.CheckEmail)
	company.Field(&form, "phone", &f.Phone, ident.CheckPhone)
	if f.Language != locale.FR && f.Language != locale.EN {
		form.Add("language", "fault.choice")
	}
	if f.UserName != "" && !userName.MatchString(f.UserName) && !ident.SameEmail(f.UserName, f.Email) {
		form.Add("userName", "fault.register.user_name")
	}
	return form.Err()
}

func (s *Service) saveContact(ctx context.Context, tx *db.Tx, row gen.AccessRequest, in Typed) (refused, err error) {
	f := in.Form
	if err := CheckContactStep(&f); err != nil {
		return err, nil
	}
	err = s.keepContact(ctx, tx, row, f, &refused)
	return refused, err
}

// CheckCompanyStep normalises the third step by the group's format and refuses beside its fields.
func CheckCompanyStep(f *RequestForm, format taxid.Format) error {
	var form fault.Form
	text.Each(text.Line, &f.Company, &f.Line1, &f.Line2, &f.City, &f.Region)
	form.Need("company", f.Company)
	company.NoAddress(&form, "company", f.Company)
	form.Need("line1", f.Line1)
	form.Need("city", f.City)
	form.Need("country", f.Country)
	for path, value := range map[string]string{"company": f.Company, "line1": f.Line1, "line2": f.Line2} {
		form.MaxLen(path, value, 100)
	}
	for path, value := range map[string]string{"city": f.City, "region": f.Region} {
		form.MaxLen(path, value, 80)
	}
	company.Field(&form, "country", &f.Country, ident.CheckCountry)
	company.Field(&form, "postcode", &f.Postcode, func(p string) (string, error) { return ident.CheckPostalCode(f.Country, p) })
	if written, err := format.Check(f.TaxID); err == nil {
		f.TaxID = written
	} else if e, ok := fault.As(err); ok {
		form.Add("taxId", e.Key, pairs(e.Args)...)
	}
	return form.Err()
}

func pairs(args map[string]any) []any {
	list := make([]any, 0, 2*len(args))
	for k, v := range args {
		list = append(list, k, v)
	}
	return list
}

func saveCompany(ctx context.Context, tx *db.Tx, row gen.AccessRequest, format taxid.Format, in Typed) (refused, err error) {
	typed := in.Form
	if err := CheckCompanyStep(&typed, format); err != nil {
		return err, nil
	}
	var f RequestForm
	if err := json.Unmarshal([]byte(row.Form), &f); err != nil {
		return nil, err
	}
	f.Company, f.TaxID, f.Line1, f.Line2, f.Postcode, f.City, f.Region, f.Country = typed.Company, typed.TaxID, typed.Line1, typed.Line2, typed.Postcode, typed.City, typed.Region, typed.Country
	return nil, putForm(ctx, tx, row, f, row.EmailProved)
}

func putForm(ctx context.Context, tx *db.Tx, row gen.AccessRequest, f RequestForm, proved *string) error {
	form, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if string(form) == row.Form && proved == row.EmailProved {
		return nil // whoever only looks has changed nothing
	}
	_, err = tx.SaveRequestForm(ctx, gen.SaveRequestFormParams{ID: row.ID, Form: string(form), Language: f.Language, Email: f.Email, EmailProved: proved, TaxKey: taxid.Key(f.TaxID), UserName: f.UserName, Now: tx.Stamp()})
	return err
}

func saveAnswers(ctx context.Context, tx *db.Tx, row gen.AccessRequest, in Typed) (refused, err error) {
	list, err := asked(ctx, tx.Queries, row.GroupID, row.ID, in.Lang)
	if err != nil {
		return nil, err
	}
	var form fault.Form
	before := slices.Clone(list)
	for i := range list {
		checkAnswer(&form, &list[i], in.Answers[list[i].ID])
	}
	if !form.Empty() {
		return form.Err(), nil
	}
	if slices.EqualFunc(before, list, func(a, b Question) bool { return a.Answer == b.Answer }) {
		return nil, nil //nolint:nilnil // as it was
	}
	if err := tx.DeleteAnswersOfRequest(ctx, row.ID); err != nil {
		return nil, err
	}
	for _, x := range list {
		if x.Answer == "" {
			continue
		}
		if err := tx.InsertAnswer(ctx, gen.InsertAnswerParams{RequestID: row.ID, QuestionID: x.ID, GroupID: row.GroupID, Answer: x.Answer}); err != nil {
			return nil, err
		}
	}
	_, err = tx.SaveRequestForm(ctx, gen.SaveRequestFormParams{ID: row.ID, Form: row.Form, Language: row.Language, Email: row.Email, EmailProved: row.EmailProved, TaxKey: row.TaxKey, UserName: row.UserName, Now: tx.Stamp()})
	return nil, err
}

func checkAnswer(form *fault.Form, x *Question, typed string) {
	path := "answers." + x.ID
	x.Answer = strings.TrimSpace(text.Clean(typed))
	form.MaxLen(path, x.Answer, 2000)
	if x.Answer == "" {
		if x.Mandatory {
			form.Add(path, "fault.required")
		}
		return
	}
	choices := x.Choices
	switch x.Kind {
	case "text":
		return
	case "yes_no":
		choices = []string{"yes", "no"}
	}
	for _, c := range choices {
		if c == x.Answer {
			return
		}
	}
	form.Add(path, "fault.choice")
}

// keepContact writes the second step and mails a code where the address is not proved yet. What was
// typed is kept even where a mail has to wait.
func (s *Service) keepContact(ctx context.Context, tx *db.Tx, row gen.AccessRequest, typed RequestForm, refused *error) error {
	var f RequestForm
	if err := json.Unmarshal([]byte(row.Form), &f); err != nil {
		return err
	}
	same := ident.SameEmail(f.Email, typed.Email) // what was proved is proved of this mailbox alone
	f.Name, f.Email, f.Phone, f.Language, f.UserName = typed.Name, typed.Email, typed.Phone, typed.Language, typed.UserName
	proved := row.EmailProved
	if !same {
		proved = nil
	}
	if err := putForm(ctx, tx, row, f, proved); err != nil || proved != nil {
		return err
	}
	if same && codeOfRequest(row).until > tx.Stamp() && row.Tries < CodeMost {
		return nil // the code that was mailed still counts
	}
	row.Email, row.Language = f.Email, f.Language
	var err error
	*refused, err = s.mailCode(ctx, tx, row)
	return err
}

func codeOfRequest(row gen.AccessRequest) pending {
	c := pending{of: row.PublicID, round: row.Round, tries: row.Tries}
	if row.CodeUntil != nil {
		c.until = *row.CodeUntil
	}
	return c
}

// mailCode mails a code for a request's address, known or not alike; the one before counts no more.
func (s *Service) mailCode(ctx context.Context, tx *db.Tx, row gen.AccessRequest) (refused, err error) {
	if row.Round >= roundsMost {
		return fault.New(fault.TooMany, "fault.too_many"), nil
	}
	if refused, err = s.mayMail(ctx, tx, row.Email, row.TermsAddress); err != nil || refused != nil {
		return refused, err
	}
	if _, err := tx.NewRequestCode(ctx, gen.NewRequestCodeParams{ID: row.ID, CodeUntil: ptr(db.Stamp(tx.Now.Add(CodeLife))), Now: tx.Stamp()}); err != nil {
		return nil, err
	}
	round := strconv.FormatInt(row.Round+1, 10)
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "request_code/" + row.PublicID + "/" + round, Kind: outbox.SignupCode, Lang: row.Language, ToAddress: row.Email,
		Args: map[string]string{"registration": row.PublicID, "round": round, "minutes": strconv.Itoa(int(CodeLife.Minutes())), "for_what": locale.T(row.Language, "mail.register.for_what", nil)}})
	return nil, err
}
