package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
)

// presenceWord stands among the fields of --fields for the scope presence.
const presenceWord = "presence"

// origins is `chipid-agent origins`.
var origins = dispatch("origins", map[string]sub{
	"list": listOrigins, "grant": grantOrigin, "revoke": revokeOrigin,
	"pending": listPending, "approve": approve, "deny": deny, "choose": choose,
})

// grantFlags are the options that say what is granted.
type grantFlags struct {
	fields, term string
	presence     bool
	services     list
}

func (r *request) grantFlags() *grantFlags {
	g := &grantFlags{}
	r.set.StringVar(&g.fields, "fields", "", "")
	r.set.StringVar(&g.term, "for", string(consent.ForDay), "")
	r.set.BoolVar(&g.presence, presenceWord, false, "")
	r.set.Var(&g.services, "service-key", "")
	return g
}

// grant makes the grant that the options describe, without its caller.
func (g *grantFlags) grant() (consent.Grant, catalogue.Code, string) {
	now := time.Now()
	until, err := consent.Term(g.term).Until(now)
	if err != nil {
		return consent.Grant{}, catalogue.GrantInvalid, "--for: once | day | always"
	}
	keys, err := serviceKeys(g.services)
	if err != nil {
		return consent.Grant{}, catalogue.GrantInvalid, "--service-key: " + err.Error()
	}
	out := consent.Grant{ServiceKeys: keys, Presence: g.presence, For: consent.Term(g.term), Until: until, By: consent.ByOperator, Since: now.Truncate(time.Second)}
	var names []string
	for name := range strings.SplitSeq(g.fields, ",") {
		switch name = strings.TrimSpace(name); name {
		case "":
		case presenceWord:
			out.Presence = true
		case "all":
			out.Presence = true
			for _, f := range answer.Fields() {
				names = append(names, string(f.ID))
			}
		default:
			names = append(names, name)
		}
	}
	if _, err := answer.Want(names...); errors.Is(err, answer.ErrFieldUnknown) {
		return out, catalogue.FieldUnknown, err.Error()
	} else if err != nil {
		return out, catalogue.FieldsMissing, "--fields"
	}
	slices.Sort(names)
	out.Fields = slices.Compact(names)
	return out, "", ""
}

// serviceKeys are the keys that --service-key names, each as text or as a file in PEM.
func serviceKeys(given []string) ([]string, error) {
	var all []string
	for _, text := range given {
		if b, err := os.ReadFile(text); err == nil {
			text = string(b)
		}
		key, err := consent.ParseServiceKey(text)
		if err != nil {
			return nil, err
		}
		all = append(all, consent.ServiceKeyText(key))
	}
	return all, nil
}

// grantOrigin is `origins grant ORIGIN --fields a,b|all --for once|day|always`.
func grantOrigin(ctx context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	flags := r.grantFlags()
	if code, done := r.read(args, 1); done {
		return code
	}
	o, err := consent.ParseOrigin(r.operands[0])
	if err != nil {
		return r.wrong(catalogue.OriginInvalid, err.Error())
	}
	g, code, detail := flags.grant()
	if code != "" {
		return r.wrong(code, detail)
	}
	g.Origin = o.String()
	if err := makeGrant(r.audit(), r.store(), g, func() { r.tellAgent(ctx) }); err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	if r.json {
		return r.print(g)
	}
	r.showGrant(g)
	return 0
}

// revokeOrigin is `origins revoke ORIGIN`.
func revokeOrigin(ctx context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	if code, done := r.read(args, 1); done {
		return code
	}
	o, err := consent.ParseOrigin(r.operands[0])
	if err != nil {
		return r.wrong(catalogue.OriginInvalid, err.Error())
	}
	return r.revoke(ctx, consent.Caller{Origin: o})
}

// revoke takes a grant back and says so in the audit.
func (r *request) revoke(ctx context.Context, caller consent.Caller) int {
	err := takeBack(r.audit(), r.store(), caller, consent.ByOperator, func() { r.tellAgent(ctx) })
	if errors.Is(err, consent.ErrNoGrant) {
		return r.wrong(catalogue.GrantUnknown, "")
	}
	if err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	if r.json {
		return r.print(map[string]any{"origin": caller.String(), "revoked": true})
	}
	fmt.Fprintf(r.out, "%s: %s\n", caller, grantWords["revoked"].In(r.lang))
	return 0
}

// listOrigins is `origins list`: the user's grants and the administrator's.
func listOrigins(_ context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	if code, done := r.read(args, 0); done {
		return code
	}
	all, err := r.store().List()
	if err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	all = slices.DeleteFunc(append(r.signedGrants(), all...), func(g consent.Grant) bool { return g.Origin == "" })
	if r.json {
		return r.print(map[string]any{"origins": all})
	}
	for _, g := range all {
		r.showGrant(g)
	}
	if len(all) == 0 {
		fmt.Fprintln(r.out, grantWords["none"].In(r.lang))
	}
	return 0
}

// signedGrants are the administrator's; why they are not used is said.
func (r *request) signedGrants() []consent.Grant {
	admin, err := r.signed()
	if err = errors.Join(err, admin.Err()); err != nil {
		fmt.Fprintf(r.err, "%s: %v\n", grantWords["unsigned"].In(r.lang), err)
	}
	return append([]consent.Grant{}, admin.List()...)
}

var grantWords = map[string]catalogue.Text{
	"none":     {Vi: "Chưa trang nào được phép.", En: "No page has a grant."},
	"revoked":  {Vi: "đã thu hồi", En: "taken back"},
	"unsigned": {Vi: "Không dùng được quyền do quản trị viên ký", En: "The administrator's grants are not used"},
	"once":     {Vi: "một lần đọc", En: "one read"},
	"day":      {Vi: "hôm nay", En: "today"},
	"always":   {Vi: "đến khi thu hồi", En: "until taken back"},
	"until":    {Vi: "đến", En: "until"},
	"admin":    {Vi: "do quản trị viên cấp", En: "by the administrator"},
	"service":  {Vi: "khóa của máy chủ kiểm tra thẻ", En: "key of the service that checks cards"},
	"presence": {Vi: "theo dõi thẻ", En: "may follow cards"},
}

// showGrant writes a grant for people.
func (r *request) showGrant(g consent.Grant) {
	about := []string{grantWords[string(g.For)].In(r.lang)}
	if g.For == consent.Always && g.Until != nil { // the signed file ends
		about[0] = grantWords["until"].In(r.lang) + " " + g.Until.Local().Format("2006-01-02 15:04")
	}
	if g.By == consent.ByAdmin {
		about = append(about, grantWords["admin"].In(r.lang))
	}
	if g.Presence {
		about = append(about, grantWords["presence"].In(r.lang))
	}
	fmt.Fprintf(r.out, "%s (%s)\n    %s\n", g.Caller(), strings.Join(about, ", "), strings.Join(r.labels(g.Fields), "; "))
	for _, key := range g.ServiceKeys {
		fmt.Fprintf(r.out, "    %s: %s\n", grantWords["service"].In(r.lang), key)
	}
}

// labels are the words of fields.
func (r *request) labels(ids []string) []string {
	var all []string
	for _, f := range answer.Fields() {
		if slices.Contains(ids, string(f.ID)) || slices.Contains(ids, "all") {
			all = append(all, f.Label.In(r.lang))
		}
	}
	return all
}
