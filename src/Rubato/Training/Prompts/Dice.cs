using Rubato.Tensors;

namespace Rubato.Training.Prompts;

/// <summary>Draws one after the other.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="draw">Which sequence.</param>
internal struct Dice(NumberedRandom random, ulong draw)
{
    private uint _thrown;

    /// <summary>Whether something happens that happens so often.</summary>
    public bool Chance(double often) => random.Uniform(draw, _thrown++) < often;

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => random.Below(count, draw, _thrown++);

    /// <summary>One of a list.</summary>
    public T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>One of a list, the first ones more often: place x of 1 with density 1 / (2 sqrt(x)).</summary>
    public T OfEarly<T>(IReadOnlyList<T> list) => list[(int)(Math.Pow(random.Uniform(draw, _thrown++), 2) * list.Count)];
}
