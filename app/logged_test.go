package app_test

import (
	"path/filepath"
	"slices"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/db/dbtest"
)

// unlogged write and leave no line in the audit log, each with its reason.
var unlogged = map[string]string{
	"Groups.TryMail":           "a mail to oneself stands in the outbox, with its answer",
	"Provisioning.TestWebhook": "an event for trial stands in the deliveries, with its answer",
	"Reminders.Try":            "a mail to oneself stands in the outbox, with its answer",
}

// Whatever takes a permission and changes the file leaves a line in the audit log (spec, settings: every
// change of settings, permission or document). A call that changed nothing leaves none.
func TestEveryWriteIsLogged(t *testing.T) {
	t.Parallel()
	p := apptest.Demo(t, apptest.Options{})
	list := gather(p)
	seat(t, p, actor.Principal)
	raw := dbtest.Raw(t, filepath.Join(filepath.Dir(p.App.DemoFolder()), "demo", "comptoir.db"))
	lines := func() int64 { return dbtest.Int(t, raw, "SELECT count(*) FROM audit_log") }
	wrote, known, resting := 0, []string{}, app.Rest(p.App)
	for _, s := range list {
		method := s[0].(string) //nolint:forcetypeassert,errcheck // names are literals of the samples
		if may := app.Rights()[method]; may == app.Everyone || may == actor.Look || slices.Contains(shellsAlone, method) {
			continue
		}
		if p.App.House() != resting { // a call opened another
			resting = app.Rest(p.App)
		}
		had, image := lines(), dbtest.Keep(t, raw)
		if _, shown := p.Try(method, s[1:]...); shown == nil && lines() > had {
			wrote++
		} else if shown == nil && p.App.House() != nil && !image.Same(t) {
			switch changed := image.Changed(t, "commands"); {
			case len(changed) == 0: // a key that was heard changes nothing by itself
			case unlogged[method] == "":
				t.Errorf("%s changed %v, and nothing of it is in the log", method, changed)
			default:
				known = append(known, method)
			}
		}
		if !sits(p, actor.Principal) {
			seat(t, p, actor.Principal)
		}
	}
	for method := range unlogged {
		if !slices.Contains(known, method) {
			t.Errorf("%s is excused and needs no excuse", method)
		}
	}
	if wrote < 60 {
		t.Errorf("only %d calls changed something", wrote)
	}
	t.Logf("%d calls left a line", wrote)
}
