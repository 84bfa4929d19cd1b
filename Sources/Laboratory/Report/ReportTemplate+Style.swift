extension ReportTemplate {
  /// The style sheet: the colours of the plots, light and dark; tables that scroll within themselves; print.
  static let style = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1c1d21;--muted:#575b64;--line:#dfe2e7;--soft:#f5f6f8;
    --link:#0061a8;--good:#00704f;--bad:#b3261e}
    @media (prefers-color-scheme:dark){:root{--paper:#15171b;--ink:#eceef2;--muted:#a7acb6;--line:#363a42;
    --soft:#1e2126;--link:#7cc0f5;--good:#45d0a2;--bad:#ff8f86}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:1080px;padding:20px 16px 48px;background:var(--paper);color:var(--ink);
    font:16px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;overflow-wrap:break-word}
    h1{font-size:1.7rem;line-height:1.2;margin:.4em 0;overflow-wrap:anywhere}
    h2{font-size:1.35rem;line-height:1.25;margin:2em 0 .5em;padding-top:.6em;border-top:1px solid var(--line);
    overflow-wrap:anywhere}
    h3{font-size:1.1rem;margin:1.8em 0 .5em}
    h4{font-size:1rem;margin:0 0 .4em}
    a{color:var(--link)}
    code,pre{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
    p code{overflow-wrap:anywhere}
    pre{background:var(--soft);padding:10px 12px;overflow:auto;max-height:20rem;border-radius:4px;margin:.5em 0}
    .muted,caption,figcaption,.note,time{color:var(--muted)}
    .note,figcaption{font-size:.88rem}
    .good{color:var(--good)}
    .bad{color:var(--bad)}
    .open{color:var(--muted)}
    .message{white-space:pre-wrap;overflow-wrap:anywhere;min-width:14rem}
    .scroll{overflow-x:auto;max-width:100%;margin:.5em 0}
    .tall{max-height:44rem;overflow-y:auto}
    table{border-collapse:collapse;font-size:.88rem}
    caption{text-align:left;padding:0 0 .4em;font-size:.88rem}
    caption div{max-width:min(60rem,calc(100vw - 34px))}
    th,td{padding:5px 12px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    th{font-weight:600}
    td,th[scope=col],td code{white-space:nowrap}
    td.statement,td.message{white-space:normal;min-width:18rem}
    td.message{white-space:pre-wrap}
    .n{text-align:right;font-variant-numeric:tabular-nums}
    .results .first,.results .group{padding-left:18px}
    .results .group{text-align:left}
    dl.varied{margin:.5em 0}
    dl.varied div{display:flex;gap:.8em;flex-wrap:wrap}
    dt{font-weight:600}
    dt::after{content:":"}
    dd{margin:0;overflow-wrap:anywhere}
    details{margin:.6em 0}
    summary{cursor:pointer;color:var(--link)}
    details.configuration{margin-left:1em}
    figure{margin:0 0 2em;break-inside:avoid}
    svg.shallows-plot{display:block;max-width:100%;height:auto}
    .panels{display:flex;flex-wrap:wrap;gap:10px}
    .narrow{display:none}
    @media (max-width:640px){body{padding:12px 12px 40px}.wide{display:none}.narrow{display:block}
    details.configuration{margin-left:0}}
    @media print{body{max-width:none;padding:0;font-size:10pt}.scroll,.tall,pre{overflow:visible;max-height:none}
    td,th[scope=col],td code,pre{white-space:normal;overflow-wrap:anywhere}.wide{display:block}.narrow{display:none}
    tr,figure{break-inside:avoid}h2,h3,h4{break-after:avoid}}
    """
}
