package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/subscriptions"
	"comptoir/rules/subscription"
)

// Subscriptions is what the portal asks of office/subscriptions.
type Subscriptions interface {
	Offer(ctx context.Context, token string) (subscriptions.Offer, error)
	QuoteOffer(ctx context.Context, who actor.Actor, token string, c subscriptions.Choice) (subscriptions.Quote, error)
	PortalPending(ctx context.Context, who actor.Actor, token string) (string, error)
	Subscribe(ctx context.Context, who actor.Actor, in subscriptions.Subscribe) (subscriptions.Subscription, error)
	StartTrial(ctx context.Context, who actor.Actor, publicID string) (subscriptions.Subscription, error)
	PortalAny(ctx context.Context, who actor.Actor) (bool, error)
	PortalList(ctx context.Context, who actor.Actor) ([]subscriptions.Row, error)
	PortalGet(ctx context.Context, who actor.Actor, publicID string) (subscriptions.Subscription, error)
	PreviewChange(ctx context.Context, who actor.Actor, in subscriptions.Change) (subscriptions.Quote, error)
	Change(ctx context.Context, who actor.Actor, in subscriptions.Change) (subscriptions.Subscription, error)
	PreviewCancel(ctx context.Context, who actor.Actor, in subscriptions.Cancel) (subscriptions.Quote, error)
	Cancel(ctx context.Context, who actor.Actor, in subscriptions.Cancel) (subscriptions.Subscription, error)
	PortalOfDocument(ctx context.Context, who actor.Actor, documentID string) (subscriptions.OfDocument, error)
	TakeBack(ctx context.Context, who actor.Actor, key, publicID string, version int64) (subscriptions.Subscription, error)
}

// subscribes tells whether the portal speaks of subscriptions to this visitor at all.
func (v *visit) subscribes() bool {
	if v.p.Subscriptions == nil || v.level() < byLink {
		return false
	}
	has, err := v.p.Subscriptions.PortalAny(v.r.Context(), v.who)
	if err != nil {
		v.p.Log.WarnContext(v.r.Context(), "portal subscriptions", "ref", v.reference(), "err", err) // the page comes out without the entry
	}
	return has
}

func (p *Portal) subscriptions(v *visit) error {
	rows, err := p.Subscriptions.PortalList(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.subscription.title"), subscriptionsPage(v, rows))
}

// subscriptionView is one subscription with what was done a moment ago.
type subscriptionView struct {
	subscriptions.Subscription
	done   string
	method string // kept method that pays it, in words
	now    time.Time
	key    string
}

// owed is the invoice that began or changed it last, while something is to be paid of it.
func (s subscriptionView) owed() bool {
	return len(s.Documents) > 0 && s.Documents[0].DueMinor > 0 && s.Documents[0].Role != "period" && s.Documents[0].Role != "credit"
}

// charging tells that the kept method is being charged for what was ordered a moment ago.
func (s subscriptionView) charging() bool {
	if s.done != "debit" || !s.owed() || len(s.History) == 0 {
		return false
	}
	at, err := time.Parse(time.RFC3339, s.History[0].At)
	return err == nil && s.now.Sub(at) < 2*time.Minute
}

// changedLast tells that its newest invoice is that of a change.
func (s subscriptionView) changedLast() bool {
	return len(s.Documents) > 0 && s.Documents[0].Role == "change"
}

// waitsForTrial tells that its trial begins once a method of payment is kept.
func (s subscriptionView) waitsForTrial() bool {
	return s.State == subscription.Pending && s.FirstID == "" && s.May.StartTrial
}

func (p *Portal) subscription(v *visit) error {
	s, err := v.subscription(p.Subscriptions.PortalGet(v.r.Context(), v.who, v.r.PathValue("id")))
	if err != nil {
		return err
	}
	now := p.Clock()
	view := subscriptionView{now: now, Subscription: s, done: v.notice("abonne", "change", "prevu", "annulation", "annule", "maintenu", "methode", "debit"), key: newKey()}
	if (s.Plan.AutoCharge || s.State == subscription.Pending) && s.State != subscription.Ended {
		if view.method, err = p.defaultMethodOf(v); err != nil {
			return err
		}
	}
	return v.show(http.StatusOK, s.Plan.Name(v.lang), subscriptionPage(v, view))
}

// defaultMethodOf names the method that is charged by itself, "" where none is kept.
func (p *Portal) defaultMethodOf(v *visit) (string, error) {
	kept, err := p.Payments.KeptMethods(v.r.Context(), v.who, "")
	if fault.Is(err, fault.Forbidden) { // a mailed link does not see them
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for _, k := range kept {
		if k.Default {
			return v.methodName(k), nil
		}
	}
	return "", nil
}

func (p *Portal) startTrial(v *visit) error {
	id := v.r.PathValue("id")
	_, err := p.Subscriptions.StartTrial(v.r.Context(), v.who, id)
	if e, ok := fault.As(err); ok && e.Key == "fault.subscription.no_method" {
		v.redirect("/abonnements/" + url.PathEscape(id) + "?fait=methode")
		return nil
	}
	if err != nil {
		return err
	}
	p.Changed("subscriptions")
	v.redirect("/abonnements/" + url.PathEscape(id) + "?fait=abonne")
	return nil
}

// manageView is the page to change plan, seats and extras: what was chosen, and what it
// comes to once something differs.
type manageView struct {
	subscriptions.Subscription
	chosen  subscriptions.Plan // the plan that was chosen
	choice  subscriptions.Choice
	quote   *subscriptions.Quote // nil: nothing differs yet
	refused string
	key     string
}

// wish reads what the address or the form wants of a subscription.
func wish(s subscriptions.Subscription, q url.Values) (subscriptions.Plan, subscriptions.Choice) {
	plan := s.Plan
	if id := q.Get("formule"); id != "" && id != s.PlanID && s.May.ChangePlan {
		if i := slices.IndexFunc(s.MoveTo, func(p subscriptions.Plan) bool { return p.PublicID == id }); i >= 0 {
			plan = s.MoveTo[i]
		}
	}
	if !q.Has("places") && !q.Has("option") && q.Get("formule") == "" {
		return plan, s.Choice
	}
	if !q.Has("places") {
		q = url.Values{"option": q["option"], "places": {strconv.FormatInt(s.Seats, 10)}}
	}
	return plan, choiceOf(plan, q)
}

func (p *Portal) manageForm(v *visit) error {
	return p.showManage(v, http.StatusOK, v.r.URL.Query(), nil)
}

func (p *Portal) showManage(v *visit, status int, q url.Values, said error) error {
	s, err := v.subscription(p.Subscriptions.PortalGet(v.r.Context(), v.who, v.r.PathValue("id")))
	if err != nil {
		return err
	}
	if !s.May.ChangePlan && !s.May.ChangeSeats {
		return fault.New(fault.Conflict, "fault.subscription.not_offered")
	}
	m := manageView{Subscription: s, key: newKey()}
	m.chosen, m.choice = wish(s, q)
	if e, ok := fault.As(said); ok {
		m.refused, _ = locale.FaultText(v.lang, e)
		if fields, ok := v.fieldsOf(said); ok {
			m.refused = strings.Join(slices.Sorted(mapValues(fields)), " ")
		}
		v.log(status, e, said)
	}
	change := m.change(s)
	quote, err := p.Subscriptions.PreviewChange(v.r.Context(), v.who, change)
	e, ok := fault.As(err)
	switch {
	case err == nil:
		m.quote = &quote
	case ok && e.Key == "fault.subscription.nothing":
	case ok && (e.Code == fault.Conflict || e.Code == fault.Invalid):
		if m.refused == "" {
			m.refused, _ = locale.FaultText(v.lang, e)
			if fields, ok := v.fieldsOf(err); ok {
				m.refused = strings.Join(slices.Sorted(mapValues(fields)), " ")
			}
		}
	default:
		return err
	}
	return v.show(status, v.T("portal.subscription.manage"), managePage(v, m))
}

// change is the order that m stands for.
func (m manageView) change(s subscriptions.Subscription) subscriptions.Change {
	c := subscriptions.Change{PublicID: s.PublicID, Version: s.Version, Choice: m.choice}
	if m.chosen.PublicID != "" && m.chosen.PublicID != s.PlanID {
		c.PlanID, c.PlanVersion = m.chosen.PublicID, m.chosen.Version
	}
	return c
}

// manage does what was shown. What has changed since is shown again, with the reason.
func (p *Portal) manage(v *visit) error {
	f := v.r.PostForm
	in := subscriptions.Change{Key: v.key(), PublicID: v.r.PathValue("id"), PlanID: cut(f.Get("formule"), 64), Choice: subscriptions.Choice{Extras: f["option"]}}
	for _, x := range []struct {
		name string
		into *int64
	}{{"version", &in.Version}, {"version-formule", &in.PlanVersion}, {"montant", &in.ShownMinor}, {"places", &in.Seats}} {
		n, err := strconv.ParseInt(f.Get(x.name), 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "fault.invalid")
		}
		*x.into = n
	}
	s, err := p.Subscriptions.Change(v.r.Context(), v.who, in)
	if e, ok := fault.As(err); ok {
		switch {
		case e.Code == fault.Conflict && e.Key != "fault.subscription.not_offered":
			return p.showManage(v, http.StatusConflict, f, err)
		case e.Code == fault.Invalid && len(e.Fields) > 0:
			return p.showManage(v, http.StatusUnprocessableEntity, f, err)
		}
	}
	if err != nil {
		return err
	}
	p.Changed("subscriptions")
	to, method := v.afterChange(s), ""
	if s.Plan.AutoCharge && strings.HasSuffix(to, "/payer") {
		if method, err = p.defaultMethodOf(v); err != nil {
			return err
		}
	}
	if method != "" { // it is charged by itself: whoever paid as well would pay twice, and be refused
		to = "/abonnements/" + s.PublicID + "?fait=debit"
	}
	v.redirect(to)
	return nil
}

// afterChange leads to what is to be paid for a change, or back to the subscription.
func (v *visit) afterChange(s subscriptions.Subscription) string {
	for _, d := range s.Documents {
		if d.Role == "change" && d.DueMinor > 0 && v.sees(toPay) {
			return "/factures/" + d.PublicID + "/payer"
		}
	}
	if s.Planned != nil {
		return "/abonnements/" + s.PublicID + "?fait=prevu"
	}
	return "/abonnements/" + s.PublicID + "?fait=change"
}

// endView is the page that says what a cancellation does, before it is asked for.
type endView struct {
	subscriptions.Subscription
	quote   subscriptions.Quote
	reason  string
	refused string
	said    string
	key     string
}

func (p *Portal) cancelForm(v *visit) error { return p.showCancel(v, http.StatusOK, "", nil) }

func (p *Portal) showCancel(v *visit, status int, reason string, said error) error {
	s, err := v.subscription(p.Subscriptions.PortalGet(v.r.Context(), v.who, v.r.PathValue("id")))
	if err != nil {
		return err
	}
	if !s.May.Cancel {
		return fault.New(fault.Conflict, "fault.subscription.not_offered")
	}
	e := endView{Subscription: s, reason: reason, key: newKey()}
	if e.quote, err = p.Subscriptions.PreviewCancel(v.r.Context(), v.who, subscriptions.Cancel{PublicID: s.PublicID, Version: s.Version}); err != nil {
		return err
	}
	if fields, ok := v.fieldsOf(said); ok {
		e.refused = fields["reason"]
	} else if f, ok := fault.As(said); ok {
		e.said, _ = locale.FaultText(v.lang, f)
	}
	return v.show(status, v.T("portal.subscription.cancel_title"), cancelPage(v, e))
}

func (p *Portal) cancelSubscription(v *visit) error {
	f := v.r.PostForm
	in := subscriptions.Cancel{Key: v.key(), PublicID: v.r.PathValue("id"), Reason: cut(strings.TrimSpace(f.Get("raison")), 2000)}
	var err error
	if in.Version, err = strconv.ParseInt(f.Get("version"), 10, 64); err != nil {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	if in.ShownMinor, err = strconv.ParseInt(f.Get("montant"), 10, 64); err != nil {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	if in.Reason == "" {
		var form fault.Form
		form.Add("reason", "fault.required")
		return p.showCancel(v, http.StatusUnprocessableEntity, "", form.Err())
	}
	s, err := p.Subscriptions.Cancel(v.r.Context(), v.who, in)
	if e, ok := fault.As(err); ok {
		switch {
		case e.Code == fault.Conflict && e.Key != "fault.subscription.not_offered":
			return p.showCancel(v, http.StatusConflict, in.Reason, err)
		case e.Code == fault.Invalid && len(e.Fields) > 0:
			return p.showCancel(v, http.StatusUnprocessableEntity, in.Reason, err)
		}
	}
	if err != nil {
		return err
	}
	p.Changed("subscriptions")
	done := "annule"
	if s.CancelWaits {
		done = "annulation"
	}
	v.redirect("/abonnements/" + s.PublicID + "?fait=" + done)
	return nil
}

// keepSubscription takes a cancellation that was asked for, or a planned change, back.
func (p *Portal) keepSubscription(v *visit) error {
	version, err := strconv.ParseInt(v.r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	s, err := p.Subscriptions.TakeBack(v.r.Context(), v.who, v.key(), v.r.PathValue("id"), version)
	if err != nil {
		return err
	}
	p.Changed("subscriptions")
	v.redirect("/abonnements/" + s.PublicID + "?fait=maintenu")
	return nil
}

// homeSubscriptions is the line of the dashboard: those that run, or wait for something.
func (p *Portal) homeSubscriptions(v *visit) (templ.Component, error) {
	if !v.subscribes() || !v.sees(actor.AreaSubscriptions) {
		return nil, nil
	}
	rows, err := p.Subscriptions.PortalList(v.r.Context(), v.who)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r subscriptions.Row) bool { return r.State == subscription.Ended })
	if len(rows) == 0 {
		return nil, nil
	}
	return subscriptionsHome(v, rows[:min(len(rows), 5)], len(rows)), nil
}

// afterPaid is where a payment of a document leads when a subscription begins or changes
// with it, "" for any other.
func (p *Portal) afterPaid(v *visit, documentID string) string {
	of := p.behind(v, documentID)
	switch of.Role {
	case "first":
		return "/abonnements/" + of.PublicID + "?fait=abonne"
	case "change":
		return "/abonnements/" + of.PublicID + "?fait=change"
	}
	return ""
}

// behind is the subscription that a document is about; none where it cannot be said.
func (p *Portal) behind(v *visit, documentID string) (of subscriptions.OfDocument) {
	if documentID == "" || p.Subscriptions == nil {
		return of
	}
	of, err := p.Subscriptions.PortalOfDocument(v.r.Context(), v.who, documentID)
	if err != nil {
		p.Log.WarnContext(v.r.Context(), "portal subscription of a document", "ref", v.reference(), "err", err)
	}
	return of
}

// afterSaved is where a method that was kept leads: to the trial that waited for one, which
// begins with it.
func (p *Portal) afterSaved(v *visit) string {
	if !v.subscribes() {
		return ""
	}
	rows, err := p.Subscriptions.PortalList(v.r.Context(), v.who)
	if err != nil {
		return ""
	}
	for _, r := range rows {
		if r.State != subscription.Pending {
			continue
		}
		if s, err := v.subscription(p.Subscriptions.PortalGet(v.r.Context(), v.who, r.PublicID)); err == nil && s.May.StartTrial {
			if _, err := p.Subscriptions.StartTrial(v.r.Context(), v.who, r.PublicID); err != nil { // the page says what lacks
				return "/abonnements/" + s.PublicID
			}
			p.Changed("subscriptions")
			return "/abonnements/" + s.PublicID + "?fait=abonne"
		}
	}
	return ""
}

// keeps tells whether the plan behind an invoice is charged by itself, so that the method it
// is first paid with is kept.
func (p *Portal) keeps(v *visit, documentID string) bool {
	of := p.behind(v, documentID)
	return of.AutoCharge && of.Role == "first"
}
