using System.Globalization;
using System.Net;
using System.Text;

namespace Rubato.Benchmarks;

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Small">A second line; null for none.</param>
/// <param name="Title">What a pointer that rests on it shows; null for nothing.</param>
/// <param name="Strong">Whether it stands out.</param>
internal readonly record struct HtmlCell(string Text, string? Small = null, string? Title = null, bool Strong = false);

/// <summary>The parts of a page that is one HTML file: nothing beside it, no script, light and dark.</summary>
internal static class HtmlPage
{
    /// <summary>How many colours there are for series: the classes s0, s1 and so on.</summary>
    public const int Colours = 8;

    private const string Palette = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6472; --paper: #fbfbf9; --line: #dcdfe4; --card: #fff;
          --s0: #1f5ea8; --s1: #c2571a; --s2: #4f8a2b; --s3: #8a4fb0; --s4: #b8860b; --s5: #0f8b8d; --s6: #c0395b; --s7: #6b7280; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --soft: #a3acb9; --paper: #14171c; --line: #343a44; --card: #1b1f26;
          --s0: #6aa9f0; --s1: #f0955a; --s2: #8ccb62; --s3: #c69ae6; --s4: #e2bd55; --s5: #5fd0d0; --s6: #f0809a; --s7: #9aa3b0; } }

        """;

    private const string Plots = """
        svg { font: 12px system-ui, sans-serif; } svg text { fill: var(--soft); }
        .grid { stroke: var(--line); fill: none; } .line { fill: none; stroke-width: 2; } .bar { fill: none; stroke-width: 1.5; }
        .other { stroke: var(--soft); opacity: .35; stroke-width: 1; }

        """;

    private const string Style = """
        body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.2rem 4rem; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, sans-serif; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; } h2 { font-size: 1.2rem; margin: 2.6rem 0 .4rem; }
        .soft { color: var(--soft); font-size: .92rem; } .summary { border-left: 4px solid var(--s0); padding: .1rem 1rem; margin: 1.4rem 0; }
        .summary p { font-size: 1.08rem; margin: .6rem 0; }
        figure { margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem; }
        svg { display: block; width: 100%; height: auto; }
        figcaption { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .88rem; padding: .3rem .4rem; }
        .key { display: inline-block; width: .75em; height: .75em; margin-right: .4em; } .key.adaptive { border-radius: 50%; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } th { font-weight: 600; color: var(--soft); }
        td.wide { white-space: normal; text-align: left; min-width: 14rem; color: var(--soft); } tr.adaptive td { font-weight: 600; }
        .key.other { background: var(--soft); opacity: .5; }
        small { display: block; color: var(--soft); font-weight: 400; font-size: .82em; }
        code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }

        """;

    /// <summary>What a plot outside of a page needs: colours, light and dark, and its lines.</summary>
    public static string PlotStyle { get; } = Palette + Plots + ColourRules();

    /// <summary>Begins a page.</summary>
    public static void Begin(StringBuilder page, string title) => page
        .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .Append(CultureInfo.InvariantCulture, $"<title>{Encode(title)}</title>\n<style>\n{PlotStyle}{Style}</style>\n</head>\n<body>\n");

    /// <summary>Ends it, and returns it.</summary>
    public static string End(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>A paragraph.</summary>
    public static void Paragraph(StringBuilder page, string text, string? kind = null)
        => page.Append(CultureInfo.InvariantCulture, $"<p{(kind is null ? "" : $" class=\"{kind}\"")}>{Encode(text)}</p>\n");

    /// <summary>Cells of plain texts.</summary>
    public static IReadOnlyList<HtmlCell> Cells(IEnumerable<string> texts) => [.. texts.Select(text => new HtmlCell(text))];

    /// <summary>A table.</summary>
    /// <param name="page">The page.</param>
    /// <param name="columns">Their heads.</param>
    /// <param name="rows">As many cells each, and whether the row stands out.</param>
    public static void Table(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<(IReadOnlyList<HtmlCell> Cells, bool Strong)> rows)
    {
        page.Append("<div class=\"scroll\"><table>\n<tr>").AppendJoin("", columns.Select(column => $"<th>{Encode(column)}</th>")).Append("</tr>\n");
        foreach ((IReadOnlyList<HtmlCell> cells, bool strong) in rows)
        {
            page.Append(strong ? "<tr class=\"adaptive\">" : "<tr>")
                .AppendJoin("", cells.Index().Select(cell => $"<td{Attributes(cell.Item, columns[cell.Index])}>{Content(cell.Item)}</td>")).Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    /// <summary>A text as it stands between tags.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Attributes(HtmlCell cell, string column)
        => (column == "settings" ? " class=\"wide\"" : "") + (cell.Title is { } title ? $" title=\"{Encode(title)}\"" : "");

    private static string Content(HtmlCell cell)
        => (cell.Strong ? $"<b>{Encode(cell.Text)}</b>" : Encode(cell.Text)) + (cell.Small is { } small ? $"<small>{Encode(small)}</small>" : "");

    private static string ColourRules() => string.Concat(Enumerable.Range(0, Colours).Select(k => FormattableString.Invariant(
        $"svg .s{k} {{ stroke: var(--s{k}); }} svg g.s{k} circle, svg g.s{k} rect {{ fill: var(--s{k}); stroke: none; }} .key.s{k} {{ background: var(--s{k}); }}\n")));
}
