using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace OwnNetwork;

/// <summary>The time, made as wide as the picture and added to it, and three blocks.</summary>
internal sealed class Stage
{
    /// <summary>Width of a row of the time table.</summary>
    public const int TimeWidth = 100;

    private readonly Linear _timeFirst, _timeSecond;
    private readonly Block[] _blocks;

    /// <param name="weights">The root.</param>
    /// <param name="name">What the names <c>te..</c> and <c>b..</c> end with.</param>
    /// <param name="size">Height and width of the picture.</param>
    /// <param name="channels">Before the first block and after each.</param>
    /// <param name="normaliseLast">Whether the last block normalises; its weights exist either way.</param>
    public Stage(Weights weights, string name, int size, ReadOnlySpan<int> channels, bool normaliseLast = true)
    {
        Weights time = weights[$"te{name}"], blocks = weights[$"b{name}"];
        _timeFirst = Linear.Load(time[0], TimeWidth, channels[0]);
        _timeSecond = Linear.Load(time[2], channels[0], channels[0]);
        _blocks = new Block[channels.Length - 1];
        for (int i = 0; i < _blocks.Length; i++)
            _blocks[i] = new Block(blocks[i], size, channels[i], channels[i + 1], normaliseLast || i < _blocks.Length - 1);
    }

    /// <param name="x">[N, H, W, C]</param>
    /// <param name="time">[N, 100], rows of the time table.</param>
    /// <returns>[N, H, W, C']</returns>
    public Tensor Forward(Tensor x, Tensor time)
    {
        using Scope scope = Scope.Begin();
        Tensor t = _timeSecond.Forward(_timeFirst.Forward(time, Activation.Silu));
        x += t.Reshape(-1, 1, 1, x.Shape[3]);
        foreach (Block block in _blocks) x = block.Forward(x);
        return scope.Keep(x);
    }

    /// <summary>A norm over the whole sample and two convolutions.</summary>
    private sealed class Block
    {
        private readonly LayerNorm? _norm;
        private readonly Conv2d _conv1, _conv2;

        public Block(Weights weights, int size, int inputs, int outputs, bool normalise)
        {
            // Stored as [C, H, W]; pictures are [H, W, C] inside of Rubato.
            Shape stored = [inputs, size, size];
            Tensor gain = weights["ln"].Read("weight", stored), offset = weights["ln"].Read("bias", stored);
            if (normalise)
                _norm = new LayerNorm(gain.Permute(1, 2, 0), offset.Permute(1, 2, 0), [size, size, inputs], eps: 1e-5f);
            _conv1 = Conv2d.Load(weights["conv1"], inputs, outputs, kernel: 3, ConvOptions.Same(1));
            _conv2 = Conv2d.Load(weights["conv2"], outputs, outputs, kernel: 3, ConvOptions.Same(1));
        }

        public Tensor Forward(Tensor x)
            => _conv2.Forward(_conv1.Forward(_norm?.Forward(x) ?? x, Activation.Silu), Activation.Silu);
    }
}
