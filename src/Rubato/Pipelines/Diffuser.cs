using Rubato.Files;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>The parts of a diffusion model, loaded and fitted together.</summary>
public sealed record Diffuser
{
    /// <summary>What people call it: the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the weights' file, lower-case hexadecimal.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>The network.</summary>
    public required INetwork Network { get; init; }

    /// <summary>What the network's large products are computed in.</summary>
    public Precision Precision { get; init; }

    /// <summary>What its output means.</summary>
    public required OutputMeaning Meaning { get; init; }

    /// <summary>Name of the solver that the model's files ask for.</summary>
    public required string DefaultSolver { get; init; }

    /// <summary>Makes solver and grid for a solver's name and a number of steps.</summary>
    public required Func<string, int, SchedulerPlan> Plan { get; init; }

    /// <summary>The range of the numbers in a clean sample, black to white.</summary>
    public (double Black, double White) Range { get; init; } = (-1, 1);

    /// <summary>Names of the classes, by index; empty for a model without conditions.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>w of guidance where the caller names none.</summary>
    public double DefaultGuidance { get; init; } = 1;

    /// <summary>The condition that a prompt stands for: a class by name or number.</summary>
    /// <exception cref="ArgumentException">The model has no such class, or takes no prompt.</exception>
    public Condition? ConditionOf(string? prompt)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            return Classes.Count == 0 ? null
                : throw new ArgumentException($"{Name} draws classes; name one: {string.Join(", ", Classes)}.", nameof(prompt));
        }

        if (Classes.Count == 0) throw new ArgumentException($"{Name} takes no prompt: it draws what it was trained on.", nameof(prompt));
        for (int i = 0; i < Classes.Count; i++)
            if (Classes[i].Equals(prompt.Trim(), StringComparison.OrdinalIgnoreCase)) return new ClassLabel(i);
        return int.TryParse(prompt, out int index) && index >= 0 && index < Classes.Count ? new ClassLabel(index)
            : throw new ArgumentException(
                $"{Name} knows no class \"{Printable.Escape(prompt)}\"; there are {string.Join(", ", Classes)}.", nameof(prompt));
    }
}
