/** Colours as in the console (console/src/app/styles.css): a chart by day, the dimmed bridge by night; paper when printed. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--page:light-dark(#eff4f6,#0b151c);--surface:light-dark(#fff,#111e27);--rule:light-dark(#cfdbe1,#22343f);
--strong:light-dark(#7f97a3,#56707d);--ink:light-dark(#0d2230,#dde8ed);--soft:light-dark(#486170,#93a9b5);--deep:light-dark(#0e4a61,#8fcbe2);
--light:light-dark(#a3195b,#f28cba);--light-tint:light-dark(#fae6ef,#371a2a);--pass:light-dark(#14623f,#6fcf9f);--pass-tint:light-dark(#dcf0e5,#103024);
--fail:light-dark(#a3231b,#f59a90);--fail-tint:light-dark(#fbe5e2,#3a1b19);--open:light-dark(#734a00,#e6bf6b);--open-tint:light-dark(#f9edcf,#33290f)}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 Inter,system-ui,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:1.15rem;margin:0 0 .25rem}
.kind{margin:0 0 .25rem;color:var(--soft)}
.version{color:var(--soft);font-weight:400}
header{display:grid;grid-template-columns:1fr auto;align-items:end;gap:0 1rem;margin-bottom:1.25rem}
header .kind{grid-column:1/-1}
.verdict,.badge{border-radius:.4rem;font-weight:600;white-space:nowrap}
.verdict{margin:0;padding:.35rem .9rem;font-size:1.1rem}
.badge{display:inline-block;padding:.05rem .5rem;font-size:.82rem}
.verdict.pass,.badge.pass{background:var(--pass-tint);color:var(--pass)}
.verdict.fail,.badge.fail{background:var(--fail-tint);color:var(--fail)}
.verdict.inconclusive,.badge.inconclusive{background:var(--open-tint);color:var(--open)}
.badge.none{color:var(--soft);padding-left:0;font-weight:400}
.simulated{background:var(--light-tint);color:var(--light);border-left:4px solid var(--light);padding:.75rem 1rem;border-radius:.3rem}
section{background:var(--surface);border:1px solid var(--rule);border-radius:.6rem;padding:1.25rem;margin-top:1.25rem}
.counts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;list-style:none;margin:0;padding:0}
.counts b{font-size:1.5rem;font-variant-numeric:tabular-nums;margin-right:.15rem}
.counts .pass b{color:var(--pass)}.counts .fail b{color:var(--fail)}.counts .inconclusive b{color:var(--open)}
.rule,.about{color:var(--soft);max-width:48rem;margin:.5rem 0 1rem}
dl{display:grid;gap:.35rem;margin:0}
dl>div{display:grid;grid-template-columns:9rem 1fr;gap:1rem}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;min-width:46rem;table-layout:fixed;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-top:1px solid var(--rule);font-weight:400}
thead th{border-top:0;color:var(--soft);font-size:.85rem}
tbody th a{color:inherit;text-decoration:none}tbody th a:hover{text-decoration:underline}
tr:target{background:var(--light-tint)}
th:nth-child(1){width:27%}th:nth-child(2){width:8%}th:nth-child(3){width:21%}th:nth-child(4){width:7%}th:nth-child(5){width:11%}tbody th{overflow-wrap:anywhere}
.number{text-align:right}
.group,.why,.limits{display:block;color:var(--soft);font-size:.85rem}
.soft{color:var(--soft)}
.interval{white-space:nowrap}.bound{white-space:nowrap}
svg{display:block}.axis{stroke:var(--rule);stroke-width:1}.range{stroke:var(--deep);stroke-width:3;stroke-linecap:round}
.point{fill:var(--deep);stroke:var(--surface);stroke-width:1.2}.limit{stroke:var(--light);stroke-width:1.6}
details{margin-top:1rem}summary{cursor:pointer;color:var(--deep)}
.examples{padding-left:1.25rem}.examples li{margin-top:.75rem}.item{margin:0 0 .25rem;font-weight:600}.item .soft{font-weight:400}
.examples dd,.prompt{white-space:pre-wrap}
code{font:.85em/1.5 "JetBrains Mono",ui-monospace,monospace;overflow-wrap:anywhere}
.reproduction p{color:var(--soft);max-width:48rem;margin:.25rem 0 1rem}
@media (max-width:40rem){dl>div{grid-template-columns:1fr;gap:0}header{grid-template-columns:1fr}header .verdict{justify-self:start;margin-top:.75rem}}
@media print{:root{color-scheme:light}body{font-size:10pt;background:none}main{max-width:none;padding:0}section{border:0;border-top:1px solid var(--strong);border-radius:0;padding:1rem 0;break-inside:auto}
tr,li{break-inside:avoid}.scroll{overflow:visible}.verdict,.badge,.simulated{-webkit-print-color-adjust:exact;print-color-adjust:exact}summary{list-style:none;color:var(--soft)}details::details-content{content-visibility:visible;display:block}table{min-width:0}}
`
  .replaceAll('\n', '')
  .trim()
