/// The templates of the page, in Mustache: part of the program, so that it needs no files beside it.
///
/// Two braces escape, three do not: those are for figures, data links and the style sheet, which are made here.
enum ReportTemplate {
  static let all = [
    "page": page, "experiment": experiment, "headline": headline, "figure": figure, "guarantee": guarantee,
    "runs": runs,
  ]

  private static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="shallows {{version}}">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <header>
    <h1>{{title}}</h1>
    {{#date}}<p class="muted">Made <time datetime="{{date}}">{{date}}</time> by Shallows {{version}}.</p>{{/date}}
    </header>
    <main>
    <section aria-labelledby="summary">
    <h2 id="summary">Summary</h2>
    <div class="scroll" role="region" aria-label="Experiments" tabindex="0">
    <table>
    <caption><div>What was run</div></caption>
    <thead><tr><th scope="col">Experiment</th><th scope="col">Verb</th><th scope="col">Varied</th>
    <th scope="col" class="n">Configurations</th><th scope="col" class="n">Seeds</th><th scope="col">Runs</th>
    {{#times}}<th scope="col">Begun</th><th scope="col">Ended</th><th scope="col">Time spent</th>{{/times}}</tr></thead>
    <tbody>
    {{#overview}}
    <tr><th scope="row"><a href="#{{anchor}}">{{name}}</a></th><td>{{verb}}</td><td>{{axes}}</td>
    <td class="n">{{configurations}}</td><td class="n">{{seeds}}</td>
    <td>{{#states}}<span class="{{class}}">{{count}} {{state}}</span> {{/states}}</td>
    {{#times}}<td><time>{{first}}</time></td><td><time>{{last}}</time></td><td><time>{{spent}}</time></td>{{/times}}</tr>
    {{/overview}}
    </tbody>
    </table>
    </div>
    {{#damaged}}
    <h3>Runs that could not be read</h3>
    <ul>{{#messages}}<li class="message">{{.}}</li>{{/messages}}</ul>
    {{/damaged}}
    </section>
    {{#experiments}}
    {{> experiment}}
    {{/experiments}}
    </main>
    </body>
    </html>

    """

  private static let experiment = """
    <section id="{{anchor}}" aria-labelledby="{{anchor}}-title">
    <h2 id="{{anchor}}-title">{{name}}</h2>
    <p>Runs of <code>{{verb}}</code> in <code>{{folder}}</code>, seeds {{seeds}}:
    {{#states}}<span class="{{class}}">{{count}} {{state}}</span> {{/states}}
    {{#leftOut}}Left out: {{leftOut}} runs in the folder that the sweep, as last begun, does not have.{{/leftOut}}</p>
    {{#variedAny}}
    <dl class="varied">
    {{#varied}}<div><dt>{{axis}}</dt><dd>{{values}}</dd></div>
    {{/varied}}
    </dl>
    {{/variedAny}}
    <details><summary>What stayed the same</summary>
    <div class="scroll"><table><caption><div>Settings that all runs share</div></caption>
    <thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
    <tbody>{{#common}}<tr><th scope="row">{{path}}</th><td>{{value}}</td></tr>
    {{/common}}</tbody></table></div>
    </details>
    {{#headline}}
    {{> headline}}
    {{/headline}}
    {{#failuresAny}}
    <h3>Failed runs</h3>
    <div class="scroll tall" role="region" aria-label="Failed runs of {{name}}" tabindex="0">
    <table><caption><div>Runs that ended in an error</div></caption>
    <thead><tr><th scope="col">Run</th><th scope="col">Message</th><th scope="col">Command</th></tr></thead>
    <tbody>{{#failures}}<tr><th scope="row"><code>{{path}}</code></th><td class="message bad">{{message}}</td>
    <td><code>{{command}}</code></td></tr>
    {{/failures}}</tbody></table></div>
    {{/failuresAny}}
    {{#figuresAny}}
    <h3>Figures</h3>
    {{/figuresAny}}
    {{#figures}}
    {{> figure}}
    {{/figures}}
    {{#guarantee}}
    {{> guarantee}}
    {{/guarantee}}
    {{> runs}}
    </section>
    """

  private static let headline = """
    <h3>Results</h3>
    <div class="scroll tall" role="region" aria-label="Results" tabindex="0">
    <table class="results">
    <caption><div>Over the seeds of completed runs: median, its 95 % bootstrap interval, and mean</div></caption>
    <thead>
    <tr>{{#axes}}<th scope="col" rowspan="2">{{name}}</th>{{/axes}}<th scope="col" rowspan="2" class="n">seeds</th>
    {{#figures}}<th scope="colgroup" colspan="3" class="group">{{name}}</th>{{/figures}}</tr>
    <tr>{{#figures}}<th scope="col" class="n first">median</th><th scope="col" class="n">interval</th>
    <th scope="col" class="n">mean</th>{{/figures}}</tr>
    </thead>
    <tbody>
    {{#rows}}
    <tr>{{#point}}<td>{{value}}</td>{{/point}}<td class="n">{{seeds}}</td>{{#cells}}<td class="n first">{{median}}</td>\
    <td class="n muted">{{interval}}</td><td class="n">{{mean}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    <p class="note">Intervals by the percentile method, 2000 resamples of a fixed stream. A diverged run counts as the
    largest value.</p>
    """

  private static let figure = """
    <figure id="{{id}}">
    <h4>{{title}}</h4>
    {{#single}}
    <div class="wide">{{#wide}}{{{.}}}{{/wide}}</div>
    <div class="narrow">{{#narrow}}{{{.}}}{{/narrow}}</div>
    {{/single}}
    {{^single}}
    <div class="panels">{{#wide}}{{{.}}}{{/wide}}</div>
    {{/single}}
    <figcaption>{{caption}}
    <a download="{{file}}" href="{{{data}}}">Data (CSV, {{size}})</a></figcaption>
    <details><summary>Commands of these runs</summary>
    <pre tabindex="0">{{commands}}</pre></details>
    </figure>
    """

  private static let guarantee = """
    <h3>Guarantees</h3>
    <div class="scroll" role="region" aria-label="Guarantees" tabindex="0">
    <table class="guarantee">
    {{#single}}
    <caption><div>What the theorem says of this run</div></caption>
    <thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col" class="n">Measured</th>
    <th scope="col" class="n">Bound</th><th scope="col">Statement</th></tr></thead>
    <tbody>{{#checks}}<tr><th scope="row">{{name}}</th><td class="{{class}}">{{verdict}}</td>
    <td class="n">{{measured}}</td><td class="n">{{bound}}</td>
    <td class="statement">{{statement}} <span class="muted">[{{source}}]</span></td></tr>
    {{/checks}}</tbody>
    {{/single}}
    {{#many}}
    <caption><div>What the theorem says of {{runs}} runs: how many each statement holds of, fails for, or says nothing of
    (vacuous), and the range of what was measured</div></caption>
    <thead><tr><th scope="col">Check</th><th scope="col" class="n">Holds</th><th scope="col" class="n">Fails</th>
    <th scope="col" class="n">Vacuous</th><th scope="col" class="n">Measured</th><th scope="col" class="n">Bound</th>
    <th scope="col">Statement</th></tr></thead>
    <tbody>{{#checks}}<tr><th scope="row">{{name}}</th><td class="n good">{{holds}}</td><td class="n bad">{{fails}}</td>
    <td class="n open">{{vacuous}}</td><td class="n">{{measured}}</td><td class="n">{{bound}}</td>
    <td class="statement">{{statement}} <span class="muted">[{{source}}]</span>
    {{#othersAny}}<details><summary>other wordings: {{othersCount}}</summary>
    <ul>{{#others}}<li>{{text}} <span class="muted">({{count}} runs)</span></li>{{/others}}</ul></details>{{/othersAny}}</td></tr>
    {{/checks}}</tbody>
    {{/many}}
    </table>
    </div>
    {{#matrix}}
    <details><summary>By configuration</summary>
    <div class="scroll tall" role="region" aria-label="Guarantees by configuration" tabindex="0">
    <table><caption><div>Runs for which each statement holds (✓), fails (✗) or says nothing (–)</div></caption>
    <thead><tr>{{#axes}}<th scope="col">{{name}}</th>{{/axes}}{{#names}}<th scope="col">{{name}}</th>{{/names}}</tr></thead>
    <tbody>{{#rows}}<tr>{{#point}}<td>{{value}}</td>{{/point}}{{#cells}}<td class="{{class}}">{{text}}</td>{{/cells}}</tr>
    {{/rows}}</tbody></table></div>
    </details>
    {{/matrix}}
    """

  private static let runs = """
    {{#unfinishedAny}}
    <details><summary>Runs that are not complete</summary>
    <div class="scroll tall"><table><caption><div>Interrupted and in flight</div></caption>
    <thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Command</th></tr></thead>
    <tbody>{{#unfinished}}<tr><th scope="row"><code>{{path}}</code></th><td class="{{class}}">{{state}}</td>
    <td><code>{{command}}</code></td></tr>
    {{/unfinished}}</tbody></table></div></details>
    {{/unfinishedAny}}
    <h3>Configurations</h3>
    <details><summary>Settings and commands</summary>
    {{#configurations}}
    <details class="configuration"><summary>{{name}} <code>{{hash}}</code> <span class="muted">{{states}}</span></summary>
    {{#ownAny}}<div class="scroll"><table><caption><div>Settings of its own</div></caption>
    <thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
    <tbody>{{#settings}}<tr><th scope="row">{{path}}</th><td>{{value}}</td></tr>{{/settings}}</tbody></table></div>{{/ownAny}}
    <pre tabindex="0">{{command}}</pre></details>
    {{/configurations}}
    </details>
    <h3>Environment</h3>
    <div class="scroll" role="region" aria-label="Environment" tabindex="0">
    <table><caption><div>The programs and machines that made the runs</div></caption>
    <thead><tr><th scope="col" class="n">Runs</th><th scope="col">Which</th><th scope="col">Version</th>
    <th scope="col">Commit</th><th scope="col">Host</th><th scope="col">Processor</th><th scope="col" class="n">Cores</th>
    <th scope="col" class="n">Threads</th><th scope="col">Memory</th><th scope="col">System</th>
    <th scope="col">Libraries</th></tr></thead>
    <tbody>{{#environments}}<tr><td class="n">{{runs}}</td><td>{{which}}</td><td>{{version}}</td>
    <td><code>{{commit}}</code>{{#dirty}} <strong class="bad">with changes not committed</strong>{{/dirty}}</td>
    <td>{{host}}</td><td>{{processor}}</td><td class="n">{{cores}}</td><td class="n">{{threads}}</td><td>{{memory}}</td>
    <td>{{system}}</td><td>{{libraries}}</td></tr>
    {{/environments}}</tbody></table></div>
    """
}
