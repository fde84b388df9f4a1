package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"comptoir/core/fault"
)

func TestFaultsAreFoundInAChain(t *testing.T) {
	cause := errors.New("disk")
	err := fmt.Errorf("issue: %w", fault.New(fault.Conflict, "fault.stale", "by", "Ève").With(cause))
	e, ok := fault.As(err)
	if !ok || e.Code != fault.Conflict || e.Args["by"] != "Ève" || !errors.Is(err, cause) || !fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	if _, ok := fault.As(cause); ok || fault.Is(nil, fault.Invalid) {
		t.Error("a plain error is no fault")
	}
	if text := err.Error(); !strings.Contains(text, "fault.stale (conflict)") || !strings.Contains(text, "disk") {
		t.Error(text)
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	base := fault.New(fault.NotFound, "fault.not_found")
	if other := base.With(errors.New("x")); base.Err != nil || other.Err == nil {
		t.Error("With changed a shared fault")
	}
}

func TestForm(t *testing.T) {
	var f fault.Form
	if !f.Empty() || f.Err() != nil {
		t.Error("an empty form refuses")
	}
	f.Need("name", " \n")
	f.Need("city", "Lyon")
	f.MaxLen("note", "ééé", 3)
	f.MaxLen("note", "éééé", 3)
	e, ok := fault.As(f.Err())
	if !ok || e.Code != fault.Invalid || e.Key != "fault.form" || e.Args["count"] != 2 || len(e.Fields) != 2 || e.Fields[1].Args["count"] != 4 || !strings.Contains(e.Error(), "name=fault.required") {
		t.Fatalf("%v", f.Err())
	}
	var outer fault.Form
	if !outer.Merge("lines.2.", f.Err()) || !fault.HasField(outer.Err(), "lines.2.name") || fault.HasField(outer.Err(), "name") {
		t.Errorf("%v", outer.Err())
	}
	for _, err := range []error{nil, errors.New("x"), fault.New(fault.Forbidden, "fault.forbidden")} {
		if outer.Merge("", err) {
			t.Errorf("%v was taken as fields", err)
		}
	}
	if !fault.HasField(f.Err(), "name") { // merging must not rename the first form's paths
		t.Error("Merge changed its source")
	}
}
