package contracts_test

import (
	"testing"

	"comptoir/office/contracts"
)

// What a type says of attachments holds when a contract of it is shared the first time: not as it was
// when the contract was made, and no more once the firm said otherwise.
func TestTheTypesWordHoldsWhenItIsShared(t *testing.T) {
	h := newHouse(t)
	types, err := h.room.Types(ctx, clerk)
	h.Must(err)
	box := func(v contracts.View) bool {
		t.Helper()
		p, err := h.room.ShareLook(ctx, clerk, contracts.Share{ContractID: v.PublicID})
		h.Must(err)
		return p.AllFiles
	}
	say := func(i int, shown bool) {
		t.Helper()
		types, err = h.room.Types(ctx, clerk)
		h.Must(err)
		types[i].FilesShown = shown
		h.Must(h.room.SaveType(ctx, clerk, h.Key(), types[i]))
	}
	of := func(v contracts.View, typeID string) contracts.View {
		t.Helper()
		f := v.Form
		f.TypeID = typeID
		v, err := h.room.Save(ctx, clerk, h.Key(), f)
		h.Must(err)
		return v
	}
	bail, shared := of(h.make("Bail"), types[0].PublicID), of(h.make("Partagé"), types[0].PublicID)
	h.show(h.wish(shared.PublicID, "Ann"))
	say(0, true)
	if !box(bail) || box(shared) {
		t.Errorf("the type's new word: not shared yet %v, shared before %v", box(bail), box(shared))
	}
	bail, err = h.room.Get(ctx, clerk, bail.PublicID)
	h.Must(err)
	if bail = of(bail, types[1].PublicID); box(bail) {
		t.Error("another type says no")
	}
	if bail = of(bail, types[0].PublicID); !box(bail) {
		t.Error("the first type says yes")
	}
	if bail = of(bail, ""); box(bail) {
		t.Error("without a type nothing is shown by itself")
	}
	shared, err = h.room.Get(ctx, clerk, shared.PublicID)
	h.Must(err)
	if shared = of(shared, types[1].PublicID); box(shared) {
		t.Error("what was said when it was shared does not hold")
	}
	say(1, true)
	if shared, err = h.room.Get(ctx, clerk, shared.PublicID); err != nil || shared.FilesShown {
		t.Errorf("shared before: %v, %v", shared.FilesShown, err)
	}
}
