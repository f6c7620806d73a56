using Rubato.Networks;

namespace Rubato.Evaluation;

/// <summary>How many pictures show the class that was asked for, as ResNet-56 sees it.</summary>
public sealed class ClassAccuracy
{
    private readonly int[] _asked = new int[ResNet56.Classes.Count], _named = new int[ResNet56.Classes.Count];

    /// <summary>Pictures of which a class was asked, by class.</summary>
    public IReadOnlyList<int> AskedByClass => _asked;

    /// <summary>Those of them that were named so, by class.</summary>
    public IReadOnlyList<int> NamedByClass => _named;

    /// <summary>Pictures of which a class was asked.</summary>
    public int Asked => _asked.Sum();

    /// <summary>Those of them that were named so.</summary>
    public int Named => _named.Sum();

    /// <summary>Their share, 0 to 1; null where no class was asked.</summary>
    public double? Share => Asked == 0 ? null : (double)Named / Asked;

    /// <summary>The class of CIFAR-10 that a text names; null where it names none.</summary>
    public static int? ClassOf(string? name)
    {
        for (int c = 0; c < ResNet56.Classes.Count; c++)
            if (ResNet56.Classes[c].Equals(name, StringComparison.OrdinalIgnoreCase)) return c;
        return null;
    }

    /// <summary>Counts a picture.</summary>
    /// <param name="asked">The class that it is to show, 0 to 9.</param>
    /// <param name="named">The class that it was named.</param>
    public void Add(int asked, int named)
    {
        _asked[asked]++;
        if (asked == named) _named[asked]++;
    }
}
