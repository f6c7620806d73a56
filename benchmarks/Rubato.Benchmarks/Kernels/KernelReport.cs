using System.Globalization;
using System.Text.Json;
using Rubato.Tensors;

namespace Rubato.Benchmarks.Kernels;

/// <summary>The figures of all rounds, and the table of their medians.</summary>
internal sealed class KernelReport(string set, int threads, string? peer)
{
    private readonly List<Row> _rows = [];
    private readonly List<double> _peaks = [];
    private readonly List<double> _bfloat16Peaks = [];
    private readonly List<(string Set, double Peak)> _sets = [];

    /// <summary>One round of the rates from registers, in operations a second.</summary>
    public void AddPeaks(double float32, double bfloat16)
    {
        _peaks.Add(float32);
        _bfloat16Peaks.Add(bfloat16);
    }

    public void AddSet(string name, double operationsPerSecond) => _sets.Add((name, operationsPerSecond));

    /// <summary>One round of one case, in seconds.</summary>
    public void Add(KernelCase c, double plain, double? full, (double Seconds, string Form)? peer)
    {
        if (_rows.Find(row => row.Case == c) is not { } found) _rows.Add(found = new Row(c));
        found.Plain.Add(plain);
        if (full is { } seconds) found.Full.Add(seconds);
        if (peer is not { } theirs) return;
        found.Peer.Add(theirs.Seconds);
        found.Form = theirs.Form;
    }

    /// <summary>A table in Markdown.</summary>
    public void Print(TextWriter to)
    {
        to.WriteLine(Invariant($"Kernel set {set}, {threads} threads; medians of {_peaks.Count} rounds."));
        to.WriteLine(Invariant($"FMA peak: {Range(_peaks)}; by set: ")
            + string.Join(", ", _sets.Select(s => Invariant($"{s.Set} {s.Peak / 1e9:f0}"))));
        to.WriteLine($"bf16 peak: {Range(_bfloat16Peaks)}");
        to.WriteLine(peer is null ? "Peer: none was named." : $"Peer: {peer}");
        to.WriteLine();
        to.WriteLine("| case | ms | GF/s | of peak | with SiLU + residual | peer ms | peer form | peer / engine [range] |");
        to.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (Row row in _rows)
        {
            string rate = row.Rate(row.Plain) is { } r ? Invariant($"{r / 1e9:f0} | {r / Median(PeaksOf(row.Case)):f2}") : "|";
            string full = row.Full.Count > 0 && row.Rate(row.Full) is { } f ? Invariant($"{f / 1e9:f0}") : "";
            string theirs = peer is null ? "||" : row.Peer.Count == 0 ? "absent||"
                : Invariant($"{Milliseconds(row.Peer)} | {row.Form} | {Median(row.Ratios):f2} [{row.Ratios.Min():f2}-{row.Ratios.Max():f2}]");
            to.WriteLine(Invariant($"| {row.Case.Name} | {Milliseconds(row.Plain)} | {rate} | {full} | {theirs} |"));
        }
    }

    public void Write(FileInfo file)
    {
        using FileStream stream = file.Create();
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("set", set);
        json.WriteNumber("threads", threads);
        json.WriteString("peer", peer);
        Numbers("peaks", _peaks);
        Numbers("bf16Peaks", _bfloat16Peaks);
        json.WriteStartArray("cases");
        foreach (Row row in _rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Case.Name);
            if (row.Case.Operations is { } operations) json.WriteNumber("operations", operations);
            Numbers("seconds", row.Plain);
            Numbers("secondsWithEpilogue", row.Full);
            Numbers("peerSeconds", row.Peer);
            json.WriteString("peerForm", row.Form);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void Numbers(string name, List<double> values)
        {
            json.WriteStartArray(name);
            foreach (double value in values) json.WriteNumberValue(value);
            json.WriteEndArray();
        }
    }

    private List<double> PeaksOf(KernelCase c) => c.Precision == Precision.BFloat16 ? _bfloat16Peaks : _peaks;

    private static string Range(List<double> rates)
        => Invariant($"{Median(rates) / 1e9:f0} GF/s [{rates.Min() / 1e9:f0}-{rates.Max() / 1e9:f0}]");

    private static string Milliseconds(List<double> seconds)
    {
        double value = Median(seconds) * 1e3;
        return value.ToString(value < 1 ? "f3" : value < 100 ? "f1" : "f0", CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Row(KernelCase c)
    {
        public KernelCase Case { get; } = c;

        public List<double> Plain { get; } = [];

        public List<double> Full { get; } = [];

        public List<double> Peer { get; } = [];

        public string? Form { get; set; }

        /// <summary>Operations a second in the median round.</summary>
        public double? Rate(List<double> seconds) => Case.Operations / Median(seconds);

        public List<double> Ratios => [.. Peer.Zip(Plain, (theirs, ours) => theirs / ours)];
    }
}
