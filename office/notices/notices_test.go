package notices_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/notices"
	"comptoir/office/officetest"
)

type world struct {
	*officetest.Firm
	room    *notices.Service
	in, out customers.Customer // of the group, and of none
	group   notices.Group
	staff   actor.Actor
}

func newWorld(t *testing.T) *world {
	f := officetest.New(t)
	n := 0
	w := &world{Firm: f, staff: officetest.Staff}
	w.room = notices.New(notices.Deps{DB: f.DB, IDs: func() string { n++; return "notice" + string(rune('a'+n)) }})
	g, err := f.Customers.SaveGroup(officetest.Ctx, w.staff, f.Key(), customers.Group{Name: "Hôtels"})
	f.Must(err)
	w.group = notices.Group{PublicID: g.PublicID, Name: g.Name}
	w.in = f.Customer("Hôtel du Lac", func(c *customers.Customer) { c.GroupID = g.PublicID })
	w.out = f.Customer("Garage Petit", func(c *customers.Customer) { c.GroupID = "" })
	return w
}

func (w *world) publish(a notices.Announcement) notices.Announcement {
	w.T.Helper()
	if a.Importance == "" {
		a.Importance = "info"
	}
	if a.Groups == nil {
		a.Groups = []notices.Group{}
	}
	saved, err := w.room.Save(officetest.Ctx, w.staff, w.Key(), a)
	w.Must(err)
	saved, err = w.room.Publish(officetest.Ctx, w.staff, saved.PublicID, saved.Version)
	w.Must(err)
	return saved
}

// titles gives what somebody is shown, in order.
func (w *world) titles(who actor.Actor, lang string) []string {
	w.T.Helper()
	list, err := w.room.Portal(officetest.Ctx, who, lang)
	w.Must(err)
	titles := []string{}
	for _, x := range list {
		titles = append(titles, x.Title)
	}
	return titles
}

// Who sees what: of the group, of none, by a mailed link; nobody else gets an answer at all.
func TestWhoSeesWhat(t *testing.T) {
	w := newWorld(t)
	all := w.publish(notices.Announcement{TitleFR: "Pour tous", TitleEN: "For all", Everyone: true})
	w.publish(notices.Announcement{TitleFR: "Aux hôtels", Groups: []notices.Group{w.group}, Importance: "urgent"})
	w.publish(notices.Announcement{TitleFR: "Épinglée", Everyone: true, Pinned: true})
	if _, err := w.room.Save(officetest.Ctx, w.staff, w.Key(), notices.Announcement{TitleFR: "Brouillon", Everyone: true, Importance: "info"}); err != nil {
		t.Fatal(err)
	}
	in, out := officetest.Contact(w.in), officetest.Contact(w.out)
	link := in
	link.Trust = actor.TrustLink
	for name, c := range map[string]struct {
		who  actor.Actor
		lang string
		want []string
	}{
		"of the group":        {in, "fr", []string{"Épinglée", "Aux hôtels", "Pour tous"}},
		"by a mailed link":    {link, "fr", []string{"Épinglée", "Aux hôtels", "Pour tous"}},
		"of no group":         {out, "fr", []string{"Épinglée", "Pour tous"}},
		"in English, in part": {out, "en", []string{"Épinglée", "For all"}},
	} {
		if got := w.titles(c.who, c.lang); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	shown := in
	shown.Only = "document"
	for name, who := range map[string]actor.Actor{"a guest of one contract": {Kind: actor.Guest, ID: 1, Contract: "x"}, "nobody": {}, "staff": w.staff, "who is shown one document": shown} {
		if _, err := w.room.Portal(officetest.Ctx, who, "fr"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s reads announcements: %v", name, err)
		}
		if _, err := w.room.PortalFAQ(officetest.Ctx, who, "fr", ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s reads questions: %v", name, err)
		}
		if err := w.room.Dismiss(officetest.Ctx, who, all.PublicID); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s puts one away: %v", name, err)
		}
	}
}

// From its first day to its last, in the firm's time zone; withdrawn at once.
func TestPeriod(t *testing.T) {
	w := newWorld(t)
	out := officetest.Contact(w.out)
	a := w.publish(notices.Announcement{TitleFR: "Fermeture", Everyone: true, StartsOn: "2026-12-24", EndsOn: "2026-12-26"})
	if a.State != notices.Planned {
		t.Errorf("%s", a.State)
	}
	for _, c := range []struct {
		at    time.Time
		shown bool
		state string
	}{
		{time.Date(2026, 12, 23, 22, 59, 0, 0, time.UTC), false, notices.Planned}, {time.Date(2026, 12, 23, 23, 1, 0, 0, time.UTC), true, notices.Shown},
		{time.Date(2026, 12, 26, 22, 59, 0, 0, time.UTC), true, notices.Shown}, {time.Date(2026, 12, 26, 23, 1, 0, 0, time.UTC), false, notices.Over},
	} {
		w.MoveTo(c.at)
		list, err := w.room.List(officetest.Ctx, w.staff)
		w.Must(err)
		if got := len(w.titles(out, "fr")) == 1; got != c.shown || list[0].State != c.state {
			t.Errorf("%s: shown %v, %s", c.at, got, list[0].State)
		}
	}
	w.MoveTo(time.Date(2026, 12, 25, 9, 0, 0, 0, time.UTC))
	a, err := w.room.Withdraw(officetest.Ctx, w.staff, a.PublicID, a.Version)
	if err != nil || a.State != notices.Withdrawn || len(w.titles(out, "fr")) != 0 {
		t.Errorf("%+v %v", a, err)
	}
	if a, err = w.room.Publish(officetest.Ctx, w.staff, a.PublicID, a.Version); err != nil || a.State != notices.Shown || len(w.titles(out, "fr")) != 1 {
		t.Errorf("%+v %v", a, err)
	}
	if err := w.room.Delete(officetest.Ctx, w.staff, a.PublicID, a.Version); !fault.Is(err, fault.Conflict) {
		t.Errorf("what was published is deleted: %v", err)
	}
}

// Seen and put away are each contact's own; somebody of the firm in its place leaves no trace.
func TestSeenAndDismissed(t *testing.T) {
	w := newWorld(t)
	a := w.publish(notices.Announcement{TitleFR: "Pour tous", Everyone: true})
	hotels := w.publish(notices.Announcement{TitleFR: "Aux hôtels", Groups: []notices.Group{w.group}})
	in, out := officetest.Contact(w.in), officetest.Contact(w.out)
	by := in
	by.By, by.ByID = "Camille", 1
	w.Must(w.room.Saw(officetest.Ctx, by, a.PublicID))
	if err := w.room.Dismiss(officetest.Ctx, by, a.PublicID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("in another's place: %v", err)
	}
	if v, readers, err := w.room.Get(officetest.Ctx, w.staff, a.PublicID); err != nil || len(readers) != 0 || v.Audience != 2 {
		t.Errorf("%+v %v %v", v, readers, err)
	}
	w.Must(w.room.Saw(officetest.Ctx, out, a.PublicID, hotels.PublicID)) // of what it does not see nothing is noted
	w.Must(w.room.Dismiss(officetest.Ctx, in, a.PublicID))
	w.Must(w.room.Dismiss(officetest.Ctx, in, a.PublicID))
	if err := w.room.Dismiss(officetest.Ctx, out, hotels.PublicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another group's is put away: %v", err)
	}
	_, readers, err := w.room.Get(officetest.Ctx, w.staff, a.PublicID)
	if err != nil || len(readers) != 2 {
		t.Fatalf("%+v %v", readers, err)
	}
	if v, readers, err := w.room.Get(officetest.Ctx, w.staff, hotels.PublicID); err != nil || len(readers) != 0 || v.Audience != 1 {
		t.Errorf("%+v %+v %v", v, readers, err)
	}
	list, err := w.room.Portal(officetest.Ctx, in, "fr")
	w.Must(err)
	for _, x := range list {
		if x.PublicID == a.PublicID && (!x.Dismissed || x.Unread) || x.PublicID == hotels.PublicID && (x.Dismissed || !x.Unread) {
			t.Errorf("%+v", x)
		}
	}
}

// A mail to each contact it is for, in its language, once, when it begins.
func TestMails(t *testing.T) {
	w := newWorld(t)
	w.MoveTo(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	a := w.publish(notices.Announcement{TitleFR: "Fermeture", TitleEN: "Closed", BodyFR: "Du **24** au 26.", Groups: []notices.Group{w.group}, ByMail: true, StartsOn: "2026-12-24"})
	payload, err := json.Marshal(map[string]string{"id": a.PublicID})
	w.Must(err)
	raw := dbtest.Raw(t, w.Path)
	mails := func() int64 {
		return dbtest.Int(t, raw, "SELECT count(*) FROM mails WHERE kind = 'announcement'")
	}
	if at := dbtest.Strings(t, raw, "SELECT run_at FROM jobs WHERE kind = 'announcement_mail'"); len(at) != 1 || at[0][:16] != "2026-12-24T07:00" {
		t.Errorf("%v", at)
	}
	w.Must(w.room.RunMail(officetest.Ctx, payload)) // early: nothing
	if n := mails(); n != 0 {
		t.Errorf("%d mails before it begins", n)
	}
	w.MoveTo(time.Date(2026, 12, 24, 8, 0, 0, 0, time.UTC))
	w.Must(w.room.RunMail(officetest.Ctx, payload))
	w.Must(w.room.RunMail(officetest.Ctx, payload))
	if n := mails(); n != 1 {
		t.Errorf("%d mails, want one to the only contact of the group", n)
	}
	other := w.publish(notices.Announcement{TitleFR: "Retirée", Everyone: true, ByMail: true})
	if _, err := w.room.Withdraw(officetest.Ctx, w.staff, other.PublicID, other.Version); err != nil {
		t.Fatal(err)
	}
	payload, err = json.Marshal(map[string]string{"id": other.PublicID})
	w.Must(err)
	w.Must(w.room.RunMail(officetest.Ctx, payload))
	if n := mails(); n != 1 {
		t.Errorf("a withdrawn one was mailed: %d", n)
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t)
	ok := notices.Announcement{TitleFR: "x", Everyone: true, Importance: "info"}
	for path, change := range map[string]func(*notices.Announcement){
		"titleFr": func(a *notices.Announcement) { a.TitleFR = " " }, "endsOn": func(a *notices.Announcement) { a.StartsOn, a.EndsOn = "2026-12-26", "2026-12-24" },
		"startsOn": func(a *notices.Announcement) { a.StartsOn = "demain" }, "importance": func(a *notices.Announcement) { a.Importance = "x" }, "groups": func(a *notices.Announcement) { a.Everyone = false },
	} {
		a := ok
		change(&a)
		_, err := w.room.Save(officetest.Ctx, w.staff, w.Key(), a)
		if e, known := fault.As(err); !known || len(e.Fields) != 1 || e.Fields[0].Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	a := ok
	a.Everyone, a.Groups = false, []notices.Group{{PublicID: "nowhere"}}
	if _, err := w.room.Save(officetest.Ctx, w.staff, w.Key(), a); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown group: %v", err)
	}
	saved, err := w.room.Save(officetest.Ctx, w.staff, w.Key(), ok)
	w.Must(err)
	saved.TitleFR = "y"
	if _, err := w.room.Save(officetest.Ctx, w.staff, "", saved); err != nil {
		t.Fatal(err)
	}
	if _, err := w.room.Save(officetest.Ctx, w.staff, "", saved); !fault.Is(err, fault.Conflict) {
		t.Errorf("an older form: %v", err)
	}
	over := ok
	over.EndsOn = "2020-01-01"
	if _, err := w.room.Save(officetest.Ctx, w.staff, w.Key(), over); fieldOf(err) != "endsOn" {
		t.Errorf("one that is over is written: %v", err)
	}
	soon := ok
	soon.EndsOn = civil.Of(w.Now(), time.UTC).AddDays(1).String()
	soon, err = w.room.Save(officetest.Ctx, w.staff, w.Key(), soon)
	w.Must(err)
	w.MoveTo(w.Now().AddDate(0, 0, 3))
	if _, err := w.room.Publish(officetest.Ctx, w.staff, soon.PublicID, soon.Version); fieldOf(err) != "endsOn" {
		t.Errorf("one that is over is published: %v", err)
	}
	for _, role := range []actor.Role{actor.Reader, actor.Role("none")} {
		who := actor.Actor{Kind: actor.Staff, ID: 2, Role: role}
		if _, err := w.room.Save(officetest.Ctx, who, w.Key(), ok); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s writes: %v", role, err)
		}
		if _, err := w.room.Publish(officetest.Ctx, who, saved.PublicID, 2); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s publishes: %v", role, err)
		}
		if _, err := w.room.SaveQuestion(officetest.Ctx, who, w.Key(), notices.Question{QuestionFR: "x", Everyone: true}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s writes questions: %v", role, err)
		}
	}
}

// fieldOf is the field that one error stands beside.
func fieldOf(err error) string {
	if e, known := fault.As(err); known && len(e.Fields) == 1 {
		return e.Fields[0].Path
	}
	return ""
}

// Those it is for are counted, and apart from them those whom a mail can reach.
func TestWhomAMailReaches(t *testing.T) {
	w := newWorld(t)
	a := w.publish(notices.Announcement{TitleFR: "Fermeture", Everyone: true, ByMail: true})
	if a.Audience != 2 || a.Mails != 2 {
		t.Errorf("%d contacts, %d mails", a.Audience, a.Mails)
	}
	if _, err := dbtest.Raw(t, w.Path).Exec("UPDATE contacts SET email = '' WHERE customer_id = (SELECT id FROM customers WHERE public_id = ?)", w.out.PublicID); err != nil {
		t.Fatal(err)
	}
	a, _, err := w.room.Get(officetest.Ctx, w.staff, a.PublicID)
	if err != nil || a.Audience != 2 || a.Mails != 1 {
		t.Errorf("%d contacts, %d mails, %v", a.Audience, a.Mails, err)
	}
}

// The list is narrowed by state and by words of title and groups.
func TestNarrow(t *testing.T) {
	list := func() []notices.Announcement {
		return []notices.Announcement{{PublicID: "a", TitleFR: "Fermeture d’Été", State: notices.Shown}, {PublicID: "b", TitleEN: "New van", State: notices.Draft, Groups: []notices.Group{{Name: "Hôtels"}}}}
	}
	for _, c := range []struct{ words, state, want string }{{"", "", "ab"}, {" été ", "", "a"}, {"HÔTEL", "", "b"}, {"van", notices.Shown, ""}, {"", notices.Draft, "b"}} {
		got := ""
		for _, a := range notices.Narrow(list(), c.words, c.state) {
			got += a.PublicID
		}
		if got != c.want {
			t.Errorf("%q %q: %q, want %q", c.words, c.state, got, c.want)
		}
	}
}

func TestFrequentQuestions(t *testing.T) {
	w := newWorld(t)
	add := func(x notices.Question) []notices.Question {
		t.Helper()
		x.Published = true
		list, err := w.room.SaveQuestion(officetest.Ctx, w.staff, w.Key(), x)
		w.Must(err)
		return list
	}
	add(notices.Question{QuestionFR: "Comment régler par virement ?", AnswerFR: "L’IBAN figure sur la facture.", QuestionEN: "How do I pay by transfer?", AnswerEN: "The IBAN is on the invoice.", Everyone: true})
	add(notices.Question{QuestionFR: "Livrez-vous les hôtels le dimanche ?", AnswerFR: "Oui, en été.", Groups: []notices.Group{w.group}})
	list := add(notices.Question{QuestionFR: "Êtes-vous ouverts en août ?", AnswerFR: "Fermé du 3 au 21.", Everyone: true})
	in, out := officetest.Contact(w.in), officetest.Contact(w.out)
	for name, c := range map[string]struct {
		who         actor.Actor
		lang, words string
		want        []string
	}{
		"of the group":         {in, "fr", "", []string{"Comment régler par virement ?", "Livrez-vous les hôtels le dimanche ?", "Êtes-vous ouverts en août ?"}},
		"of no group":          {out, "fr", "", []string{"Comment régler par virement ?", "Êtes-vous ouverts en août ?"}},
		"English":              {out, "en", "", []string{"How do I pay by transfer?", "Êtes-vous ouverts en août ?"}},
		"searched, no accents": {in, "fr", "AOUT", []string{"Êtes-vous ouverts en août ?"}},
		"in the answer":        {in, "fr", "iban facture", []string{"Comment régler par virement ?"}},
		"of another group":     {out, "fr", "hôtels", []string{}},
	} {
		got, err := w.room.PortalFAQ(officetest.Ctx, c.who, c.lang, c.words)
		w.Must(err)
		words := []string{}
		for _, a := range got {
			words = append(words, a.Question)
		}
		if !slices.Equal(words, c.want) {
			t.Errorf("%s: %q", name, words)
		}
	}
	ids := []string{list[2].PublicID, list[0].PublicID, list[1].PublicID}
	list, err := w.room.Order(officetest.Ctx, w.staff, ids)
	if err != nil || list[0].PublicID != ids[0] || list[2].PublicID != ids[2] {
		t.Errorf("%+v %v", list, err)
	}
	for _, bad := range [][]string{ids[:2], {ids[0], ids[0], ids[1]}, {ids[0], ids[1], "x"}} {
		if _, err := w.room.Order(officetest.Ctx, w.staff, bad); !fault.Is(err, fault.Conflict) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	hidden := list[0]
	hidden.Published = false
	if list, err = w.room.SaveQuestion(officetest.Ctx, w.staff, "", hidden); err != nil {
		t.Fatal(err)
	}
	if got, err := w.room.PortalFAQ(officetest.Ctx, out, "fr", "août"); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if list, err = w.room.DeleteQuestion(officetest.Ctx, w.staff, list[0].PublicID, list[0].Version); err != nil || len(list) != 2 {
		t.Errorf("%+v %v", list, err)
	}
}
