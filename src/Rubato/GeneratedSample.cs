using Rubato.Imaging;
using Rubato.Sampling;

namespace Rubato;

/// <summary>A finished picture with the record of how it was made.</summary>
public sealed record GeneratedSample
{
    /// <summary>What it shows: the class, by the name that asks for it again; null for a model without conditions.</summary>
    public string? Prompt { get; init; }

    /// <summary>Its seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps of its grid.</summary>
    public required int Steps { get; init; }

    /// <summary>The picture; its text chunks hold everything that is needed to draw it again.</summary>
    public required Picture Picture { get; init; }

    /// <summary>
    /// Whether the state ended in finite numbers. If not, the solver ran away on this grid, and the picture shows nothing.
    /// </summary>
    public bool IsFinite { get; init; } = true;

    /// <summary>What was evaluated, reused and why.</summary>
    public required Trace Trace { get; init; }

    /// <summary>Forwards of the network.</summary>
    public int Evaluations => Trace.Evaluations;

    /// <summary>Forwards of the run without any policy.</summary>
    public required int FullEvaluations { get; init; }

    /// <summary>Seconds from the start of the call to the last step of the sample.</summary>
    public required double Seconds { get; init; }

    /// <summary>Writes the picture as PNG, atomically.</summary>
    public void Save(string path) => Png.Write(path, Picture);
}

/// <summary>An event on the way of a sample.</summary>
/// <param name="Sample">Index of the sample, from 0.</param>
/// <param name="Step">Step of the evaluation point, from 0.</param>
/// <param name="Steps">Steps of the grid.</param>
/// <param name="Entry">What was done there.</param>
/// <param name="Preview">Makes a picture of the clean sample as it is predicted now; costs nothing unless called.</param>
public readonly record struct GenerationProgress(int Sample, int Step, int Steps, TraceEntry Entry, Func<Picture> Preview);
